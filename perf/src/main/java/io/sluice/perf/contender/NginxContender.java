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
  private final Optional<InetSocketAddress> source;

  /**
   * An nginx that is not running yet.
   *
   * @param binary the program
   * @param runDirectory for its configuration, log and process id; removed by the caller
   * @param cleanup stops it when the run is interrupted
   */
  public NginxContender(Path binary, Path runDirectory, Cleanup cleanup) {
    this(binary, runDirectory, cleanup, Optional.empty());
  }

  private NginxContender(
      Path binary, Path runDirectory, Cleanup cleanup, Optional<InetSocketAddress> source) {
    this.binary = binary;
    this.runDirectory = runDirectory;
    this.cleanup = cleanup;
    this.source = source;
  }

  /**
   * One that has nothing itself, and passes on what another server answers, as it comes ({@code
   * proxy_buffering off}): what is on disk for a while would be a cache.
   *
   * @param server where that listens
   * @return the contender
   */
  public NginxContender proxying(InetSocketAddress server) {
    return new NginxContender(binary, runDirectory, cleanup, Optional.of(server));
  }

  @Override
  public String name() {
    return source.isPresent() ? "nginx proxy" : "nginx sendfile";
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
            directory,
            address,
            source.map(NginxContender::proxied).orElse(files(layers.layout())),
            Runtime.getRuntime().availableProcessors()));
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

  /** Blobs and manifests as files; a pattern with braces has to be quoted. */
  static String files(Path layout) {
    return """
    server {
      listen %%s:%%d;
      location ~ "^/v2/.+/blobs/sha256:([0-9a-f]{64})$" {
        alias %s/blobs/sha256/$1;
      }
      location ~ "^/v2/.+/manifests/sha256:([0-9a-f]{64})$" {
        default_type application/vnd.oci.image.manifest.v1+json;
        alias %s/blobs/sha256/$1;
      }
    }
    """
        .formatted(layout.toAbsolutePath(), layout.toAbsolutePath());
  }

  /** What another server has, over connections that are kept. */
  private static String proxied(InetSocketAddress server) {
    return """
    upstream source { server %s:%d; keepalive 64; keepalive_requests 1000000; }
    server {
      listen %%s:%%d;
      location / {
        proxy_pass http://source;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_buffering off;
      }
    }
    """
        .formatted(server.getAddress().getHostAddress(), server.getPort());
  }

  /**
   * Its configuration. Workers keep the user that starts them, since the layers may lie in a home
   * directory.
   *
   * @param servers with places for the address and the port that is listened on
   */
  static String configuration(
      Path directory, InetSocketAddress address, String servers, int workers) {
    String start =
        """
        daemon off;
        user root;
        worker_processes %d;
        pid %s/nginx.pid;
        error_log %s/error.log warn;
        events { worker_connections 4096; }
        http {
          access_log off;
          log_not_found off;
          sendfile on;
          tcp_nopush on;
          keepalive_requests 1000000;
          default_type application/octet-stream;
          client_body_temp_path %s/body;
          proxy_temp_path %s/proxy;
          fastcgi_temp_path %s/fastcgi;
          uwsgi_temp_path %s/uwsgi;
          scgi_temp_path %s/scgi;
        """
            .formatted(
                workers, directory, directory, directory, directory, directory, directory,
                directory);
    return start
        + servers.formatted(address.getAddress().getHostAddress(), address.getPort())
        + "}\n";
  }
}
