// Closes an HTTP server: no new connections, what is in comes to its end, within limitMs.

export function closeServer(server, { limitMs }) {
  return new Promise((resolve) => {
    // A kept-alive connection that becomes idle after close() would stay: look again and again.
    const idle = setInterval(() => server.closeIdleConnections(), 10);
    const late = setTimeout(() => server.closeAllConnections(), limitMs);
    server.close(() => {
      clearInterval(idle);
      clearTimeout(late);
      resolve();
    });
    server.closeIdleConnections();
  });
}
