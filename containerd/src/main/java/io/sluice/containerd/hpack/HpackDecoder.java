package io.sluice.containerd.hpack;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Decodes the header blocks of one connection, all of them and in their order. Holds at most the
 * dynamic table. For one thread at a time.
 */
public final class HpackDecoder {
  private static final int INTEGER_BYTES_MAX = 5;

  private final int tableSizeMax;
  private final int listSizeMax;
  private final DynamicTable table;

  /**
   * A decoder with an empty dynamic table.
   *
   * @param tableSizeMax what the peer was told, SETTINGS_HEADER_TABLE_SIZE
   * @param listSizeMax how much of a block's fields is kept
   */
  public HpackDecoder(int tableSizeMax, int listSizeMax) {
    this.tableSizeMax = tableSizeMax;
    this.listSizeMax = listSizeMax;
    this.table = new DynamicTable(tableSizeMax);
  }

  /**
   * Decodes one whole block, to the end of the buffer. Fields beyond the limit are decoded too, as
   * the dynamic table has to follow, but not kept.
   *
   * @throws HpackException when the block is malformed; this decoder is then of no more use
   */
  public HeaderList decode(ByteBuffer in) throws HpackException {
    HeaderList list = new HeaderList(listSizeMax);
    boolean atStart = true;
    while (in.hasRemaining()) {
      int first = in.get() & 0xff;
      if (first >= 0x80) {
        list.add(field(integer(in, first, 7)));
        atStart = false;
      } else if (first >= 0x40) {
        Header field = literal(in, integer(in, first, 6));
        table.add(field);
        list.add(field);
        atStart = false;
      } else if (first >= 0x20) {
        resize(integer(in, first, 5), atStart);
      } else {
        list.add(literal(in, integer(in, first, 4)));
        atStart = false;
      }
    }
    return list;
  }

  /** What the dynamic table holds, in bytes. */
  int tableSize() {
    return table.size();
  }

  private void resize(int size, boolean atStart) throws HpackException {
    if (!atStart || size > tableSizeMax) {
      throw new HpackException(
          "a header block sets the table to " + size + " bytes, more than allowed or too late");
    }
    table.resize(size);
  }

  private Header literal(ByteBuffer in, int nameIndex) throws HpackException {
    String name = nameIndex == 0 ? string(in) : field(nameIndex).name();
    return new Header(name, string(in));
  }

  private Header field(int index) throws HpackException {
    if (index == 0 || index > StaticTable.length() + table.length()) {
      throw new HpackException("a header block names field " + index + ", which does not exist");
    }
    return index <= StaticTable.length()
        ? StaticTable.get(index)
        : table.get(index - StaticTable.length() - 1);
  }

  private static String string(ByteBuffer in) throws HpackException {
    int first = octet(in);
    int length = integer(in, first, 7);
    if (length > in.remaining()) {
      throw new HpackException("a header block is cut short in a string");
    }
    ByteBuffer value = in.slice(in.position(), length);
    in.position(in.position() + length);
    if (first >= 0x80) {
      return Huffman.decode(value);
    }
    byte[] bytes = new byte[length];
    value.get(bytes);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static int integer(ByteBuffer in, int first, int prefixBits) throws HpackException {
    int prefixMax = (1 << prefixBits) - 1;
    long value = first & prefixMax;
    if (value < prefixMax) {
      return (int) value;
    }
    for (int i = 0; i < INTEGER_BYTES_MAX; i++) {
      int next = octet(in);
      value += (long) (next & 0x7f) << 7 * i;
      if (value > Integer.MAX_VALUE) {
        break;
      }
      if (next < 0x80) {
        return (int) value;
      }
    }
    throw new HpackException("a header block has an integer that is too long");
  }

  private static int octet(ByteBuffer in) throws HpackException {
    if (!in.hasRemaining()) {
      throw new HpackException("a header block is cut short");
    }
    return in.get() & 0xff;
  }
}
