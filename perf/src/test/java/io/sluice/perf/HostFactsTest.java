package io.sluice.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files as seen on real systems, shortened. */
class HostFactsTest {
  @TempDir private Path root;

  private void file(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @Test
  void whatIsThereIsRead() throws IOException {
    file("etc/os-release", "ID=debian\nPRETTY_NAME=\"Debian GNU/Linux 12\"\n");
    file("proc/cpuinfo", "processor\t: 0\nmodel name\t: A CPU\n");
    file("proc/meminfo", "MemTotal:  24684084 kB\nSwapTotal:   0 kB\n");
    file("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n");
    file("sys/devices/system/cpu/vulnerabilities/mds", "Not affected\n");
    file("sys/devices/system/cpu/vulnerabilities/spectre_v2", "Mitigation: Retpolines\n");
    file("sys/devices/system/cpu/vulnerabilities/retbleed", "Vulnerable\n");
    file("proc/self/limits", "Limit  Soft  Hard\nMax open files  1024  4096  files\n");
    file("proc/self/mounts", "a / ext4 rw,relatime 0 0\nb /data xfs ro 0 0\nc /da x no 0 0\n");
    HostFacts host = new HostFacts(root);
    assertEquals("Debian GNU/Linux 12", host.system());
    assertEquals("A CPU", host.processor());
    assertEquals("24684084 kB, swap 0 kB", host.memory());
    assertEquals("powersave", host.governor());
    assertEquals("retbleed: Vulnerable; spectre_v2: Mitigation: Retpolines", host.mitigations());
    assertEquals("open files 1024", host.limits());
    assertEquals("ro", host.mountOptions(Path.of("/data/layers")));
    assertEquals("rw,relatime", host.mountOptions(Path.of("/database")));
  }

  @Test
  void aDiskHasAModelAndASize() throws IOException {
    file("sys/dev/block/8:0/size", "2097152\n");
    file("sys/dev/block/8:0/device/model", "FAST 9000 \n");
    file("sys/dev/block/8:0/queue/rotational", "1\n");
    file("sys/dev/block/8:0/queue/scheduler", "[none] mq-deadline\n");
    assertEquals(
        "8:0, FAST 9000, 1 GiB, rotational, scheduler [none] mq-deadline",
        new HostFacts(root).disk("8:0"));
    assertEquals("device 0:99", new HostFacts(root).disk("0:99"));
  }

  @Test
  void whatIsMissingIsUnknownAndNoFailure() {
    HostFacts host = new HostFacts(root);
    assertEquals("unknown", host.system());
    assertEquals("unknown", host.governor());
    assertEquals("unknown", host.mitigations());
    assertEquals("unknown", host.limits());
    assertEquals("unknown, swap unknown", host.memory());
    assertEquals("unknown", host.mountOptions(root));
  }
}
