package io.sluice.perf.workload;

import io.sluice.perf.contender.Contender;
import io.sluice.perf.contender.FileContender;
import io.sluice.perf.contender.NodeContender;

/** Contenders that some scenarios make no sense for, and why. */
enum Unfit {
  /** A node in another read mode. */
  READ_MODES("how a node reads is compared in memory, cold and hot") {
    @Override
    boolean is(Contender contender) {
      return contender instanceof NodeContender;
    }
  },
  /** nginx past the page cache. */
  DIRECTIO("it differs from nginx sendfile for files of 1 MiB and more only") {
    @Override
    boolean is(Contender contender) {
      return contender.name().equals("nginx directio");
    }
  },
  /** docker-registry, whose Go runtime collects garbage without end inside a small limit. */
  STRANGLED("inside 128 MiB it takes minutes, at 26 CPU s/GiB") {
    @Override
    boolean is(Contender contender) {
      return contender.name().equals("docker-registry");
    }
  },
  /** Servers that are described by a file. */
  FILES("where it has tags is not said in its file") {
    @Override
    boolean is(Contender contender) {
      return contender instanceof FileContender;
    }
  };

  private final String why;

  Unfit(String why) {
    this.why = why;
  }

  /** Whether it is one of them; asked of contenders that no promise is about. */
  abstract boolean is(Contender contender);

  /** Why it makes no sense, in a few words. */
  String why() {
    return why;
  }
}
