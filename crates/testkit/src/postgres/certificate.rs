//! A certificate for a server, and the authorities a client may or may not trust for it.

use std::fs;
use std::io;
use std::path::Path;

use crate::program::{command, output};

/// Vouches for a test server's certificate.
#[derive(Clone, Debug)]
pub struct Authority {
    pem: String,
    stranger: String,
}

const CONFIG: &str = "[req]\ndistinguished_name = name\nx509_extensions = authority\nprompt = no\n\
    [name]\nCN = testkit\n\
    [authority]\nbasicConstraints = critical, CA:TRUE\nkeyUsage = critical, keyCertSign\n";

impl Authority {
    /// Makes an authority, another that has nothing to do with it, and in `folder` a key and a
    /// certificate (`server.key`, `server.pem`) for `host`.
    pub(super) fn make(folder: &Path, host: &str) -> io::Result<Self> {
        fs::write(folder.join("openssl.cnf"), CONFIG)?;
        fs::write(folder.join("server.ext"), format!("subjectAltName = DNS:{host}\n"))?;
        for name in ["authority", "stranger"] {
            request(folder, name, &["-x509", "-days", "2"])?;
        }
        request(folder, "server", &[])?;
        openssl(
            folder,
            &[
                "x509",
                "-req",
                "-in",
                "server.csr",
                "-CA",
                "authority.pem",
                "-CAkey",
                "authority.key",
                "-CAcreateserial",
                "-days",
                "2",
                "-extfile",
                "server.ext",
                "-out",
                "server.pem",
            ],
        )?;
        Ok(Self {
            pem: fs::read_to_string(folder.join("authority.pem"))?,
            stranger: fs::read_to_string(folder.join("stranger.pem"))?,
        })
    }

    /// Its certificate, for clients that are to trust it.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// The certificate of an authority that did not sign the server's.
    pub fn stranger_pem(&self) -> &str {
        &self.stranger
    }
}

/// A new key, and a certificate of itself (with `-x509`) or a request for one.
fn request(folder: &Path, name: &str, more: &[&str]) -> io::Result<()> {
    let (key, ending) = (format!("{name}.key"), if more.is_empty() { "csr" } else { "pem" });
    let out = format!("{name}.{ending}");
    let mut arguments = vec![
        "req",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-config",
        "openssl.cnf",
        "-keyout",
        &key,
        "-out",
        &out,
    ];
    arguments.extend(more);
    openssl(folder, &arguments)
}

fn openssl(folder: &Path, arguments: &[&str]) -> io::Result<()> {
    output(command("openssl").current_dir(folder).args(arguments)).map(drop)
}
