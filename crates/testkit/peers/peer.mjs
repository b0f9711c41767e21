// What the peers have in common: the packages of the working folder, one argument, one line when ready, and an end.
import { createRequire } from 'node:module';

// The scripts are in the repository and their packages in a cache, so an `import` would not find them.
export const require = createRequire(`${process.cwd()}/`);

// How the test wants it, as JSON.
export const wanted = JSON.parse(process.argv[2]);

export const ready = said => process.stdout.write(`ready ${JSON.stringify(said)}\n`);

// Its input is the test's hold on it, which goes away with the test however that ends.
process.stdin.on('end', () => process.exit(0)).resume();
