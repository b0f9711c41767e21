//! The fuzz bodies over mutated seeds, the same ones on every run.

/// A small generator of numbers, so that a failure can be run again.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits") % sides.max(1)
    }

    fn pick<'a>(&mut self, from: &[&'a [u8]]) -> &'a [u8] {
        from[self.roll(from.len())]
    }
}

/// Runs `body` over seeds that tokens were put into, cut from, and swapped in.
fn drive(body: fn(&[u8]), rounds: usize, seeds: &[&[u8]], tokens: &[&[u8]]) {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for seed in seeds {
        body(seed);
    }
    for _ in 0..rounds {
        let mut data = dice.pick(seeds).to_vec();
        for _ in 0..=dice.roll(5) {
            let at = dice.roll(data.len() + 1);
            match dice.roll(6) {
                0 | 1 => drop(data.splice(at..at, dice.pick(tokens).iter().copied())),
                2 => data.truncate(at),
                3 => {
                    let end = (at + dice.roll(8)).min(data.len());
                    data.drain(at..end);
                }
                4 => {
                    let other = dice.pick(seeds);
                    let from = dice.roll(other.len() + 1);
                    data.splice(at..at, other[from..].iter().copied());
                }
                _ if at < data.len() => data[at] = u8::try_from(dice.roll(256)).expect("a byte"),
                _ => {}
            }
            data.truncate(4096);
        }
        let case = data.clone();
        let outcome = std::panic::catch_unwind(move || body(&data));
        assert!(outcome.is_ok(), "failed on {:?}", String::from_utf8_lossy(&case));
    }
}

#[test]
fn yaml() {
    let seeds: &[&[u8]] = &[
        b"apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: a\n  tags: [x, y]\n  links:\n    - url: https://e.test\n      title: \"t\\u00e9\"\nspec:\n  type: service\n  text: |\n    one\n    two\n",
        b"a: &a {b: 1}\nc: [*a, *a]\n? [k, {l}]\n: - v\n  - 'it''s'\n--- >-\n folded\n text\n...\n%YAML 1.2\n---\n!!str 1\n",
        b"{% if x %}\na: {{ y }}\n{% endif %}\n---\na: 1\na: 2\n---\n- - - b\n",
    ];
    let tokens: &[&[u8]] = &[
        b"\n---\n",
        b"...\n",
        b"[",
        b"]",
        b"{",
        b"}",
        b": ",
        b"- ",
        b"? ",
        b"&a ",
        b"*a",
        b"!x ",
        b"|",
        b">",
        b"\"",
        b"'",
        b"\t",
        b"  ",
        b"\n",
        b"#",
        b" #",
        b"%",
        b"\r\n",
        b"\xef\xbb\xbf",
        b"\xc3\xa9",
        b"\xff",
        b"\0",
        b"<<: ",
        b"\\",
        b"1",
        b"~",
    ];
    drive(super::yaml, 3_000, seeds, tokens);
}

#[test]
fn json() {
    let seeds: &[&[u8]] = &[
        br#"{"filter":[{"key":"kind","values":["api",null,true]}],"limit":20,"x":-1.5e3,"t":"\u00e9\ud83d\ude00\n"}"#,
        b"[[[[1,2],{}],\"a\"],false]",
    ];
    let tokens: &[&[u8]] = &[
        b"[", b"]", b"{", b"}", b",", b":", b"\"", b"\\", b"\\u12", b"1e999", b"-", b"0", b".", b"nul", b" ",
        b"\xff",
    ];
    drive(super::json, 15_000, seeds, tokens);
}

#[test]
fn request_path() {
    let seeds: &[&[u8]] = &[
        b"/api/catalog/entities/by-name/component/default/my-app?x=1",
        b"/docs/a%20b/%C3%A9/index.html",
        b"/a/../b",
    ];
    let tokens: &[&[u8]] = &[
        b"/",
        b".",
        b"..",
        b"%2e",
        b"%252e",
        b"%2f",
        b"%5c",
        b"\\",
        b";",
        b"%c0%ae",
        b"%00",
        b"%ef%bc%8e",
        b"%25",
        b"\xe2\x80\x8b",
        b"%",
        b"?",
        b"#",
        b" ",
        b"\xff",
    ];
    drive(super::request_path, 20_000, seeds, tokens);
}

#[test]
fn query() {
    let seeds: &[&[u8]] = &[b"filter=kind=api,a%3Db&filter=x+y&limit=20&&%C3%A9=1", b"a&b=&=c"];
    let tokens: &[&[u8]] = &[b"&", b"=", b"%", b"%41", b"+", b"%00", b"%ff", b"%c3%a9", b"[]", b"\xc3\xa9"];
    drive(super::query, 20_000, seeds, tokens);
}

#[test]
fn glob() {
    let seeds: &[&[u8]] =
        &[b"catalog/**/{a,b}-[0-9]?.yaml\nx/a-1z.yaml", b"**/*.y*ml\na/b/c.yaml", b"{1..9}/*/..\n3/a/b"];
    let tokens: &[&[u8]] = &[
        b"*",
        b"**",
        b"/",
        b"?",
        b"[",
        b"]",
        b"!",
        b"{",
        b"}",
        b",",
        b"..",
        b"\\",
        b".",
        b"\n",
        b"\xc3\xa9",
        b"a",
    ];
    drive(super::glob, 20_000, seeds, tokens);
}
