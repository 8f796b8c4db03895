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
 * nginx with one worker for each CPU and a configuration of its own: with {@code sendfile}, with
 * {@code directio} or as a proxy.
 */
public final class NginxContender implements Contender {
  /**
   * As its documentation has it for large files: direct reads are made by the threads of the
   * default pool, so that a worker never waits for the disk. Files below the size of {@code
   * directio}, manifests here, go out by sendfile. Its default of two buffers of 32 KiB for each
   * connection would make reads of 32 KiB; 512 KiB is what fio and the node read at once.
   */
  private static final String DIRECT =
      "directio 1m; directio_alignment 4k; aio threads; output_buffers 2 512k;";

  private final String name;
  private final String settings;
  private final String reads;
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
    this(
        "nginx sendfile",
        "sendfile on; tcp_nopush on; a worker for each CPU, no access log",
        "",
        binary,
        runDirectory,
        cleanup,
        Optional.empty());
  }

  private NginxContender(
      String name,
      String settings,
      String reads,
      Path binary,
      Path runDirectory,
      Cleanup cleanup,
      Optional<InetSocketAddress> source) {
    this.name = name;
    this.settings = settings;
    this.reads = reads;
    this.binary = binary;
    this.runDirectory = runDirectory;
    this.cleanup = cleanup;
    this.source = source;
  }

  /**
   * One that reads past the page cache, in threads.
   *
   * @return the contender
   */
  public NginxContender direct() {
    return new NginxContender(
        "nginx directio",
        DIRECT + " the rest as nginx sendfile",
        DIRECT,
        binary,
        runDirectory,
        cleanup,
        Optional.empty());
  }

  /**
   * One that has nothing itself, and passes on what another server answers, as it comes ({@code
   * proxy_buffering off}): what is on disk for a while would be a cache.
   *
   * @param server where that listens
   * @return the contender
   */
  public NginxContender proxying(InetSocketAddress server) {
    return new NginxContender(
        "nginx proxy",
        "proxy_buffering off, 64 connections kept to the source",
        "",
        binary,
        runDirectory,
        cleanup,
        Optional.of(server));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String settings() {
    return settings;
  }

  @Override
  public Optional<String> missing() {
    if (!Files.isExecutable(binary)) {
      return Optional.of(binary + " is not there: install nginx, or name it with --nginx");
    }
    if (reads.contains("threads") && !Program.says(binary, "-V").contains("--with-threads")) {
      return Optional.of(
          binary + " was built without --with-threads: name another one with --nginx");
    }
    return Optional.empty();
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
            source.map(NginxContender::proxied).orElse(files(layers.layout(), reads)),
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
  private static String files(Path layout, String reads) {
    return """
    server {
      listen %%s:%%d;
      %s
      location ~ "^/v2/.+/blobs/sha256:([0-9a-f]{64})$" {
        alias %s/blobs/sha256/$1;
      }
      location ~ "^/v2/.+/manifests/sha256:([0-9a-f]{64})$" {
        default_type application/vnd.oci.image.manifest.v1+json;
        alias %s/blobs/sha256/$1;
      }
    }
    """
        .formatted(reads, layout.toAbsolutePath(), layout.toAbsolutePath());
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
