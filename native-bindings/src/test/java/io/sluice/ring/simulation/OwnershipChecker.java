package io.sluice.ring.simulation;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Catches everybody who touches memory that the kernel owns, from submission until the completion
 * has been drained.
 *
 * <p>Memory that the kernel will fill is overwritten with a pattern at submission, which must still
 * be there when the kernel fills it; from then on, and from submission for memory that the kernel
 * only reads, a checksum must hold. Two operations may read the same memory; nothing else may
 * overlap.
 */
final class OwnershipChecker {
  private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final long POISON = 0xDEADBEEFCAFEF00DL;

  private final SimulatedKernel kernel;
  private final TreeMap<Long, Claim> targets = new TreeMap<>();
  private final TreeMap<Long, List<Claim>> sources = new TreeMap<>();
  private final Map<PendingOperation, List<Claim>> claims = new HashMap<>();
  private long sourceBytesMax;

  OwnershipChecker(SimulatedKernel kernel) {
    this.kernel = kernel;
  }

  /** The kernel will write these bytes: poisons them. */
  void claimTarget(PendingOperation operation, long address, long length) {
    if (!claimable(operation, address, length)) {
      return;
    }
    refuseOverlap(operation, targetOverlapping(address, length), address);
    refuseOverlap(operation, sourceOverlapping(address, length), address);
    Claim claim = new Claim(operation, address, length, true, POISON ^ operation.id);
    poison(claim);
    targets.put(address, claim);
    remember(claim);
  }

  /** The kernel will read these bytes: remembers their checksum. */
  void claimSource(PendingOperation operation, long address, long length) {
    if (!claimable(operation, address, length)) {
      return;
    }
    refuseOverlap(operation, targetOverlapping(address, length), address);
    Claim claim = new Claim(operation, address, length, false, 0);
    claim.checksum = checksum(claim.memory());
    sources.computeIfAbsent(address, start -> new ArrayList<>()).add(claim);
    sourceBytesMax = Math.max(sourceBytesMax, length);
    remember(claim);
  }

  /** To be called before the kernel touches the operation's memory. */
  void verify(PendingOperation operation) {
    for (Claim claim : claims.getOrDefault(operation, List.of())) {
      if (claim.poisoned) {
        verifyPoison(claim);
      } else if (checksum(claim.memory()) != claim.checksum) {
        throw touched(claim, "");
      }
    }
  }

  /** The kernel has written what it will write; from here on the memory must not change. */
  void executed(PendingOperation operation) {
    for (Claim claim : claims.getOrDefault(operation, List.of())) {
      if (claim.poisoned) {
        claim.poisoned = false;
        claim.checksum = checksum(claim.memory());
      }
    }
  }

  /** The completion is being drained: checks for the last time and gives the memory back. */
  void release(PendingOperation operation) {
    verify(operation);
    List<Claim> released = claims.remove(operation);
    if (released == null) {
      return;
    }
    for (Claim claim : released) {
      if (claim.target) {
        targets.remove(claim.address);
      } else {
        List<Claim> sameStart = sources.get(claim.address);
        sameStart.remove(claim);
        if (sameStart.isEmpty()) {
          sources.remove(claim.address);
        }
      }
    }
  }

  private boolean claimable(PendingOperation operation, long address, long length) {
    if (length < 0) {
      throw kernel.violation(operation + " has the negative length " + length);
    }
    if (length > 0 && address == 0) {
      throw kernel.violation(operation + " gives the null address");
    }
    return length > 0;
  }

  private void refuseOverlap(PendingOperation operation, Claim other, long address) {
    if (other != null) {
      throw kernel.violation(
          operation
              + " uses memory that the kernel owns for "
              + other.operation
              + (other.target ? ", which writes it" : ", which reads it")
              + "; the new range starts at byte "
              + (address - other.address)
              + " of the "
              + other.length
              + " owned");
    }
  }

  private Claim targetOverlapping(long address, long length) {
    Map.Entry<Long, Claim> below = targets.lowerEntry(address + length);
    if (below != null && below.getKey() + below.getValue().length > address) {
      return below.getValue();
    }
    return null;
  }

  private Claim sourceOverlapping(long address, long length) {
    for (List<Claim> sameStart :
        sources.subMap(address - sourceBytesMax, address + length).values()) {
      for (Claim claim : sameStart) {
        if (claim.address + claim.length > address) {
          return claim;
        }
      }
    }
    return null;
  }

  private void remember(Claim claim) {
    claims.computeIfAbsent(claim.operation, operation -> new ArrayList<>()).add(claim);
  }

  private static void poison(Claim claim) {
    MemorySegment memory = claim.memory();
    long at = 0;
    for (; at + Long.BYTES <= claim.length; at += Long.BYTES) {
      memory.set(WORD, at, claim.checksum);
    }
    for (; at < claim.length; at++) {
      memory.set(ValueLayout.JAVA_BYTE, at, (byte) claim.checksum);
    }
  }

  private void verifyPoison(Claim claim) {
    MemorySegment memory = claim.memory();
    long at = 0;
    for (; at + Long.BYTES <= claim.length; at += Long.BYTES) {
      if (memory.get(WORD, at) != claim.checksum) {
        throw touched(claim, " in the 8 bytes at offset " + at);
      }
    }
    for (; at < claim.length; at++) {
      if (memory.get(ValueLayout.JAVA_BYTE, at) != (byte) claim.checksum) {
        throw touched(claim, " in the byte at offset " + at);
      }
    }
  }

  private AssertionError touched(Claim claim, String where) {
    return kernel.violation(
        "the "
            + claim.length
            + (claim.target ? " bytes to be filled by " : " bytes read by ")
            + claim.operation
            + " were changed"
            + where
            + " while the kernel owned them");
  }

  /** In two lanes, since half of a simulation's time is spent here. */
  private static long checksum(MemorySegment memory) {
    long length = memory.byteSize();
    long sum = length;
    long other = 0;
    long at = 0;
    for (; at + 2 * Long.BYTES <= length; at += 2 * Long.BYTES) {
      sum = (sum ^ memory.get(WORD, at)) * 0x9E3779B97F4A7C15L;
      other = (other ^ memory.get(WORD, at + Long.BYTES)) * 0xD1342543DE82EF95L;
      sum ^= sum >>> 29;
      other ^= other >>> 31;
    }
    for (; at < length; at++) {
      sum = (sum ^ memory.get(ValueLayout.JAVA_BYTE, at)) * 0x9E3779B97F4A7C15L;
    }
    return sum ^ (other << 1);
  }

  /** One range of memory in the kernel's hands. */
  private static final class Claim {
    final PendingOperation operation;
    final long address;
    final long length;
    final boolean target;

    /** While {@link #poisoned} the pattern, afterwards the checksum. */
    long checksum;

    boolean poisoned;

    Claim(PendingOperation operation, long address, long length, boolean target, long checksum) {
      this.operation = operation;
      this.address = address;
      this.length = length;
      this.target = target;
      this.poisoned = target;
      this.checksum = checksum;
    }

    MemorySegment memory() {
      return MemorySegment.ofAddress(address).reinterpret(length);
    }
  }
}
