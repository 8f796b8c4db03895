package io.sluice.perf.contender;

import io.sluice.perf.confine.Cgroup;
import io.sluice.perf.confine.Cleanup;
import io.sluice.perf.confine.ConfinedProcess;
import io.sluice.perf.data.LayerSet;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * nginx with {@code sendfile}, as its documentation recommends for large files, with one worker for
 * each CPU and a configuration of its own.
 */
public final class NginxContender implements Contender {
  private final Path binary;
  private final Path runDirectory;
  private final Cleanup cleanup;

  /**
   * An nginx that is not running yet.
   *
   * @param binary the program
   * @param runDirectory for its configuration, log and process id; removed by the caller
   * @param cleanup stops it when the run is interrupted
   */
  public NginxContender(Path binary, Path runDirectory, Cleanup cleanup) {
    this.binary = binary;
    this.runDirectory = runDirectory;
    this.cleanup = cleanup;
  }

  @Override
  public String name() {
    return "nginx sendfile";
  }

  @Override
  public Optional<String> missing() {
    return Files.isExecutable(binary)
        ? Optional.empty()
        : Optional.of(binary + " is not there: install nginx, or name it with --nginx");
  }

  @Override
  public Running start(Cgroup group, LayerSet layers) throws IOException, InterruptedException {
    Running running = launch(group, layers);
    Readiness.await(running, Running.path(layers.layers().get(0)));
    return running;
  }

  @Override
  public Running launch(Cgroup group, LayerSet layers) throws IOException {
    InetSocketAddress address = Readiness.freeAddress();
    Path directory = Files.createTempDirectory(runDirectory, "nginx-");
    Path configuration = directory.resolve("nginx.conf");
    Files.writeString(
        configuration,
        configuration(
            directory, address, layers.layout(), Runtime.getRuntime().availableProcessors()));
    List<String> command =
        List.of(
            binary.toString(),
            "-p",
            directory.toString(),
            "-e",
            directory.resolve("error.log").toString(),
            "-c",
            configuration.toString());
    ConfinedProcess process =
        ConfinedProcess.start(group, command, Map.of(), directory.resolve("output.log"), cleanup);
    return new Running(name(), process, address);
  }

  /**
   * Its configuration. Workers keep the user that starts them, since the layers may lie in a home
   * directory; a pattern with braces has to be quoted.
   */
  static String configuration(Path directory, InetSocketAddress address, Path layout, int workers) {
    return """
    daemon off;
    user root;
    worker_processes %d;
    pid %s/nginx.pid;
    error_log %s/error.log warn;
    events { worker_connections 4096; }
    http {
      access_log off;
      sendfile on;
      tcp_nopush on;
      keepalive_requests 1000000;
      default_type application/octet-stream;
      client_body_temp_path %s/body;
      proxy_temp_path %s/proxy;
      fastcgi_temp_path %s/fastcgi;
      uwsgi_temp_path %s/uwsgi;
      scgi_temp_path %s/scgi;
      server {
        listen %s:%d;
        location ~ "^/v2/.+/blobs/sha256:([0-9a-f]{64})$" {
          alias %s/blobs/sha256/$1;
        }
        location ~ "^/v2/.+/manifests/sha256:([0-9a-f]{64})$" {
          default_type application/vnd.oci.image.manifest.v1+json;
          alias %s/blobs/sha256/$1;
        }
      }
    }
    """
        .formatted(
            workers,
            directory,
            directory,
            directory,
            directory,
            directory,
            directory,
            directory,
            address.getAddress().getHostAddress(),
            address.getPort(),
            layout.toAbsolutePath(),
            layout.toAbsolutePath());
  }
}
