// A real nginx for tests: TLS on a free port of 127.0.0.1, a client certificate demanded, WebDAV PUT, DELETE and MOVE,
// listings as JSON.

import Foundation

/// A running nginx that serves `root`. Ends with the value.
package final class NginxServer: Sendable {
  package static let executable = "/usr/sbin/nginx"

  package let port: Int
  /// `https://127.0.0.1:PORT`
  package let url: String
  /// The directory that `/` shows.
  package let root: String
  /// Signs the server's and the client's certificate.
  package let caFile: String
  package let clientCertificate: String
  package let clientKey: String
  private let directory: TemporaryDirectory
  private let process: ChildProcess

  /// - Parameter locations: more `location` blocks, in nginx's language.
  package init(root: String, locations: String = "") async throws {
    directory = try TemporaryDirectory()
    port = try freeLoopbackPort()
    url = "https://127.0.0.1:\(port)"
    self.root = root
    let authority = try TestAuthority("authority", in: directory)
    let server = try authority.issue("server")
    (clientCertificate, clientKey) = try authority.issue("client")
    caFile = authority.certificate

    let file = try directory.write(
      "nginx.conf",
      Array(
        """
        daemon off;
        \(geteuid() == 0 ? "user root;" : "")
        worker_processes 1;
        pid \(directory.appending("pid"));
        error_log stderr notice;
        events {}
        http {
          access_log \(directory.appending("access"));
          client_body_temp_path \(directory.appending("body"));
          proxy_temp_path \(directory.appending("proxy"));
          fastcgi_temp_path \(directory.appending("fastcgi"));
          uwsgi_temp_path \(directory.appending("uwsgi"));
          scgi_temp_path \(directory.appending("scgi"));
          server {
            listen 127.0.0.1:\(port) ssl;
            ssl_certificate \(server.certificate);
            ssl_certificate_key \(server.key);
            ssl_client_certificate \(authority.certificate);
            ssl_verify_client on;
            client_max_body_size 0;
            root \(root);
            location / {
              dav_methods PUT DELETE MOVE;
              autoindex on;
              autoindex_format json;
            }
            \(locations)
          }
        }

        """.utf8))
    let process = try ChildProcess(
      Self.executable, ["-p", directory.path, "-e", "stderr", "-c", file], log: directory.appending("log"))
    self.process = process
    let reached = port
    try await waitUntil("nginx listens (\(process.log))") {
      if !process.isRunning { throw TestSupportFault("nginx ended: \(process.output)") }
      return isListening(port: reached)
    }
  }

  /// Where bodies lie while they arrive.
  package var bodyDirectory: String { directory.appending("body") }

  package var log: String { process.output }

  /// Ends it at once.
  package func kill() { process.kill() }
}
