//! The sockets that the server accepts clients at.

use std::io;
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpSocket};

/// How many connections the system completes before the server has accepted them: Redis's `tcp-backlog`. With the standard
/// library's 128, a burst of a thousand clients waits for its handshakes to be tried again, which is seconds. The system may
/// allow fewer; Linux says how many in `net.core.somaxconn`.
const BACKLOG: u32 = 511;

/// A listener at this address, which may have been another process's a moment ago: what the standard library does, but for the
/// backlog.
///
/// # Errors
/// When the operating system refuses the address.
pub(crate) fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // Elsewhere than on Unix it would allow a second process to take the address away.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}
