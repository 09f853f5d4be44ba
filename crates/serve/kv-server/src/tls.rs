//! Encryption, by rustls.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;

use crate::ServeError;
use crate::client::Client;
use crate::transport::Transport;

/// How long a client may take for the handshake: until then it costs a place, and has not been asked for a password.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// The files of the server's certificate and its key, as PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate, followed by the certificates that vouch for it.
    pub certificate: PathBuf,
    /// The private key.
    pub key: PathBuf,
}

impl TlsFiles {
    /// Reads the files, once: a new certificate needs a new start.
    ///
    /// # Errors
    /// [`ServeError::Tls`] with the file and what is wrong with it.
    pub(crate) fn acceptor(&self) -> Result<TlsAcceptor, ServeError> {
        let wrong = |file: &PathBuf, error: &dyn std::fmt::Display| {
            ServeError::Tls(format!("{}: {error}", file.display()))
        };
        let certificates: Vec<_> = CertificateDer::pem_file_iter(&self.certificate)
            .and_then(Iterator::collect)
            .map_err(|error| wrong(&self.certificate, &error))?;
        let key = PrivateKeyDer::from_pem_file(&self.key).map_err(|error| wrong(&self.key, &error))?;
        // The provider is named here. Rejected: the process's default one, which a library may not choose for the whole
        // process.
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(certificates, key))
            .map_err(|error| wrong(&self.certificate, &error))?;
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

impl Transport {
    /// Does the handshake, if the server encrypts; `None` if the client cannot do it, takes too long, or is to end.
    pub(crate) async fn accept(
        stream: TcpStream,
        tls: Option<&TlsAcceptor>,
        client: &Client,
    ) -> Option<Self> {
        let Some(acceptor) = tls else { return Some(Self::Plain(stream)) };
        let shaken = tokio::select! {
            shaken = timeout(HANDSHAKE, acceptor.accept(stream)) => shaken,
            () = client.finishing() => return None,
        };
        match shaken {
            Ok(Ok(stream)) => return Some(Self::Tls(Box::new(stream))),
            Ok(Err(error)) => tracing::debug!(client = client.id(), %error, "no TLS"),
            Err(_) => tracing::debug!(client = client.id(), "no TLS within {HANDSHAKE:?}"),
        }
        None
    }
}
