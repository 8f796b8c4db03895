package io.sluice.routing.libp2p.identity;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;

/**
 * The file that an identity is kept in, so that a node has the same name after a restart: PKCS#8
 * PEM in {@code private.key}, as Spegel has it, readable by its owner only.
 */
public final class IdentityFile {
  /** Name of the file in the data directory. */
  public static final String NAME = "private.key";

  private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String END = "-----END PRIVATE KEY-----";
  private static final long BYTES_MAX = 16 << 10;
  private static final int LINE_CHARS = 64;
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private IdentityFile() {}

  /**
   * Reads the identity, or makes one when the directory has none yet.
   *
   * @param directory made when it is not there
   * @throws IOException when that is not possible, in one sentence with the remedy
   */
  public static Identity openOrCreate(Path directory) throws IOException {
    Path file = directory.resolve(NAME);
    try {
      createIfAbsent(directory, file);
      return read(file);
    } catch (AccessDeniedException e) {
      throw new IOException(
          "no access to " + e.getFile() + "; let the user that runs this node own it", e);
    } catch (FileAlreadyExistsException e) {
      throw new IOException(
          directory + " is not a directory; name another one for the data of this node", e);
    } catch (NoSuchFileException e) {
      throw new IOException(file + " leads nowhere; remove it, and a new key is made", e);
    }
  }

  private static void createIfAbsent(Path directory, Path file) throws IOException {
    try {
      Files.createDirectories(directory);
      if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        create(directory, file);
      }
    } catch (AccessDeniedException | FileAlreadyExistsException | NoSuchFileException e) {
      throw e;
    } catch (IOException e) {
      String reason = e instanceof FileSystemException at ? at.getReason() : e.getMessage();
      throw new IOException(
          "the key of this node cannot be kept in "
              + directory
              + " ("
              + reason
              + "); make room there, or name a directory for its data that can be written to",
          e);
    }
  }

  private static Identity read(Path file) throws IOException {
    long size = Files.size(file);
    if (!Files.isRegularFile(file) || size > BYTES_MAX) {
      throw notAKey(file, "a file of " + size + " bytes");
    }
    Set<PosixFilePermission> others = EnumSet.copyOf(Files.getPosixFilePermissions(file));
    others.retainAll(EnumSet.of(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE));
    if (!others.isEmpty()) {
      throw new IOException(
          "all users of this machine have access to the private key "
              + file
              + "; run chmod 600 on it, or remove it to get a new one");
    }
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (begin < 0 || end < begin) {
      throw notAKey(file, "there is no '" + BEGIN + "' in it");
    }
    try {
      String base64 = text.substring(begin + BEGIN.length(), end);
      return Identity.of(Base64.getMimeDecoder().decode(base64));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw notAKey(file, e.getMessage());
    }
  }

  private static IOException notAKey(Path file, String why) {
    return new IOException(
        file + " is not an Ed25519 key in PKCS#8 PEM (" + why + "); remove it to get a new one");
  }

  /** All or nothing, also when two processes do it at the same time: then one key wins. */
  private static void create(Path directory, Path file) throws IOException {
    Path temporary = Files.createTempFile(directory, NAME, ".new", OWNER_ONLY);
    try {
      write(temporary, Identity.generate());
      try {
        Files.createLink(file, temporary);
      } catch (FileAlreadyExistsException e) {
        // Another process was faster.
      } catch (UnsupportedOperationException e) {
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      }
    } finally {
      Files.deleteIfExists(temporary);
    }
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void write(Path file, Identity identity) throws IOException {
    Base64.Encoder encoder = Base64.getMimeEncoder(LINE_CHARS, new byte[] {'\n'});
    String text = BEGIN + "\n" + encoder.encodeToString(identity.toPkcs8()) + "\n" + END + "\n";
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }
}
