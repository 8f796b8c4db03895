package io.sluice.server.config;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Properties;

/**
 * Which build this is.
 *
 * @param version the project's version
 * @param commit the commit it was built from, or {@code unknown}
 */
public record BuildInfo(String version, String commit) {
  /** What the build wrote beside the classes. */
  public static BuildInfo read() {
    Properties properties = new Properties();
    try (InputStream stream =
        BuildInfo.class.getResourceAsStream("/io/sluice/server/build.properties")) {
      if (stream != null) {
        properties.load(stream);
      }
    } catch (IOException e) {
      // A version that cannot be read is no reason not to run.
      properties.clear();
    }
    return new BuildInfo(
        properties.getProperty("version", "unknown"), properties.getProperty("commit", "unknown"));
  }

  /** One line. */
  public String toText() {
    return "sluice version " + version + " " + commit;
  }

  /** The same shape as Spegel's. */
  public String toJson() {
    return "{\"build\":{\"javaVersion\":\""
        + Runtime.version()
        + "\",\"version\":\""
        + version
        + "\",\"commit\":\""
        + commit
        + "\"},\"runtime\":{\"os\":\""
        + System.getProperty("os.name").toLowerCase(Locale.ROOT)
        + "\",\"arch\":\""
        + System.getProperty("os.arch")
        + "\"}}";
  }
}
