//! The sockets at which the server accepts clients.

use std::io;
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpSocket};

/// The number of connections that the system completes before the server has accepted them: Redis's `tcp-backlog`. With
/// the standard library's 128, a burst of a thousand clients waits until its handshakes are tried again, which takes
/// seconds. The system may allow fewer; Linux says how many in `net.core.somaxconn`.
const BACKLOG: u32 = 511;

/// A listener at this address. It reuses an address that another process had a moment ago, as the standard library's
/// listener does; only the backlog differs.
///
/// # Errors
/// When the operating system refuses the address.
pub(crate) fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // On other systems than Unix this option would allow a second process to take the address away.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}
