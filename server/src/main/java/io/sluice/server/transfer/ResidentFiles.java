package io.sluice.server.transfer;

/**
 * Blob files as far as the page cache holds them: asked about, read and sent without waiting for a
 * disk. Descriptors are those without {@code O_DIRECT}.
 *
 * <p>Belongs to one loop's thread; must not allocate.
 */
public interface ResidentFiles {
  /**
   * Whether the page cache holds all of a range, which must end within the file. It may drop pages
   * at any time after the answer.
   */
  boolean isResident(int fd, long offset, long length);

  /**
   * Reads what the page cache holds.
   *
   * @return bytes read, which may be fewer than asked for, or {@code -errno}; {@code -EAGAIN} when
   *     the first page is not resident
   */
  int read(int fd, long address, int length, long offset);

  /**
   * {@code statx(2)} of an open file, with or without {@code O_DIRECT}.
   *
   * @param address of 256 bytes for the answer
   * @return 0 or {@code -errno}
   */
  int describe(int fd, long address);

  /**
   * {@code sendfile(2)} to a non-blocking socket, of a range that is resident: waits for the disk
   * otherwise.
   *
   * @return bytes the socket took, which may be fewer than asked for; 0 at the end of the file;
   *     {@code -EAGAIN} when it takes nothing at present; another {@code -errno}
   */
  int send(int socketFd, int fd, long offset, int length);
}
