package io.sluice.server.config;

import io.sluice.server.log.Level;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Turns what an operator wrote, on the command line or in the environment, into {@link Settings}.
 * The command line wins over the environment; a variable that is set to nothing counts as unset.
 */
public final class SettingsReader {
  private final Map<Setting, String> values = new EnumMap<>(Setting.class);
  private final Settings.Builder builder = Settings.builder();
  private final UnaryOperator<String> environment;

  private SettingsReader(Map<Setting, String> flags, UnaryOperator<String> environment) {
    this.environment = environment;
    for (Setting setting : Setting.values()) {
      GivenValue.of(setting.flag(), flags.get(setting), environment)
          .ifPresent(
              given -> {
                boolean split = given.fromEnvironment() && setting.isList();
                values.put(setting, split ? lines(given.text()) : given.text());
                builder.spelling.put(setting, given.spelling());
              });
    }
  }

  /**
   * Reads and checks the settings.
   *
   * @param flags what the command line gave
   * @param environment gives the value of a variable, or null
   * @throws SettingsException if a value is malformed, or if the values contradict each other
   */
  public static Settings read(Map<Setting, String> flags, UnaryOperator<String> environment) {
    return new SettingsReader(flags, environment).read();
  }

  private Settings read() {
    if (values.containsKey(Setting.REGISTRY_ADDR)) {
      builder.registryAddr(value(Setting.REGISTRY_ADDR, HostPort::parse));
    }
    if (values.containsKey(Setting.ROUTER_ADDR)) {
      builder.routerAddr(value(Setting.ROUTER_ADDR, HostPort::parse));
    }
    if (values.containsKey(Setting.METRICS_ADDR)) {
      builder.metricsAddr(value(Setting.METRICS_ADDR, HostPort::parse));
    }
    if (values.containsKey(Setting.DATA_DIR) && !values.get(Setting.DATA_DIR).isEmpty()) {
      builder.dataDir(value(Setting.DATA_DIR, SettingsReader::parsePath));
    }
    if (values.containsKey(Setting.TRANSFER_MEMORY)) {
      builder.transferMemory(value(Setting.TRANSFER_MEMORY, ByteSize::parse));
    }
    if (values.containsKey(Setting.READ_MODE)) {
      builder.readMode(value(Setting.READ_MODE, SettingsReader::parseReadMode));
    }
    if (values.containsKey(Setting.LOOPS)) {
      builder.loops(value(Setting.LOOPS, SettingsReader::parseCount));
    }
    if (values.containsKey(Setting.MAX_CONNECTIONS)) {
      builder.maxConnections(value(Setting.MAX_CONNECTIONS, SettingsReader::parseCount));
    }
    if (values.containsKey(Setting.STATIC_PEERS)) {
      builder.staticPeers(value(Setting.STATIC_PEERS, SettingsReader::parsePeers));
    }
    if (values.containsKey(Setting.LOG_LEVEL)) {
      builder.logLevel(value(Setting.LOG_LEVEL, SettingsReader::parseLevel));
    }
    if (values.containsKey(Setting.BASIC_AUTH_FILE)) {
      builder.basicAuthFile(value(Setting.BASIC_AUTH_FILE, SettingsReader::parsePath));
    } else {
      builder.basicAuthFile(BasicAuth.mounted().orElse(null));
    }
    if (values.containsKey(Setting.ADMIN_TOKEN_FILE)) {
      builder.adminTokenFile(value(Setting.ADMIN_TOKEN_FILE, SettingsReader::parsePath));
    }
    builder.discovery(new DiscoveryReader(this).read());
    readTimeouts();
    return builder.store(new StoreReader(this, environment).read()).build();
  }

  private void readTimeouts() {
    if (values.containsKey(Setting.HEADER_TIMEOUT)) {
      builder.headerTimeout(value(Setting.HEADER_TIMEOUT, SettingsReader::parseDuration));
    }
    if (values.containsKey(Setting.IDLE_TIMEOUT)) {
      builder.idleTimeout(value(Setting.IDLE_TIMEOUT, SettingsReader::parseDuration));
    }
    if (values.containsKey(Setting.PROGRESS_TIMEOUT)) {
      builder.progressTimeout(value(Setting.PROGRESS_TIMEOUT, SettingsReader::parseDuration));
    }
    if (values.containsKey(Setting.PEER_STALL_TIMEOUT)) {
      builder.peerStallTimeout(value(Setting.PEER_STALL_TIMEOUT, SettingsReader::parseDuration));
    }
    if (values.containsKey(Setting.SHUTDOWN_TIMEOUT)) {
      builder.shutdownTimeout(value(Setting.SHUTDOWN_TIMEOUT, SettingsReader::parseDuration));
    }
  }

  /** The values of a variable with commas between them, of which a quoted one may have its own. */
  private static String lines(String variable) {
    StringBuilder lines = new StringBuilder();
    boolean quoted = false;
    for (char c : variable.toCharArray()) {
      if (c == '"') {
        quoted = !quoted;
      } else {
        lines.append(c == ',' && !quoted ? '\n' : c);
      }
    }
    return lines.toString();
  }

  /** How the operator wrote {@code setting}, which is given. */
  String spelling(Setting setting) {
    return builder.spelling.get(setting);
  }

  /** Whether the operator has given {@code setting}. */
  boolean has(Setting setting) {
    return values.containsKey(setting);
  }

  /** Parses the value of {@code setting}; the parser's complaint becomes part of the sentence. */
  <T> T value(Setting setting, Function<String, T> parser) {
    return new GivenValue(values.get(setting), false, spelling(setting)).parse(parser);
  }

  /** A path, made absolute. */
  public static Path parsePath(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("the path is empty; name a file or directory");
    }
    try {
      return Path.of(text).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("not a path; name a file or directory", e);
    }
  }

  private static int parseCount(String text) {
    try {
      return Integer.parseInt(text.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not a count; write a whole number", e);
    }
  }

  private static Duration parseDuration(String text) {
    return Duration.ofNanos(Durations.parseNs(text));
  }

  private static ReadMode parseReadMode(String text) {
    return ReadMode.parse(text.strip())
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no such mode; write auto, direct, dontcache or buffered"));
  }

  private static Level parseLevel(String text) {
    for (Level level : Level.values()) {
      if (level.name().equals(text.strip().toUpperCase(Locale.ROOT))) {
        return level;
      }
    }
    throw new IllegalArgumentException("no such level; write DEBUG, INFO, WARN or ERROR");
  }

  private static List<HostPort> parsePeers(String text) {
    List<HostPort> peers = new ArrayList<>();
    for (String peer : text.strip().split("[,\\s]+")) {
      if (!peer.isEmpty()) {
        peers.add(HostPort.parse(peer));
      }
    }
    return peers;
  }
}
