package io.sluice.server.loop;

import io.sluice.ring.simulation.SimulatedKernel;
import io.sluice.server.transfer.SocketControl;

/** Socket calls of a simulated kernel. */
final class SimulatedSocketControl implements SocketControl {
  private static final int SHUT_WR = 1;
  private static final int SHUT_RDWR = 2;

  private final SimulatedKernel kernel;

  SimulatedSocketControl(SimulatedKernel kernel) {
    this.kernel = kernel;
  }

  @Override
  public void setSendBuffer(int fd, int bytes) {
    kernel.setSendBuffer(fd, bytes);
  }

  @Override
  public int outstandingBytes(int fd) {
    return kernel.outstandingBytes(fd);
  }

  @Override
  public void shutdownWrite(int fd) {
    kernel.shutdown(fd, SHUT_WR);
  }

  @Override
  public void stopListening(int fd) {
    kernel.shutdown(fd, SHUT_RDWR);
  }

  @Override
  public void resetOnClose(int fd) {
    kernel.resetOnClose(fd);
  }

  @Override
  public int openTcp(int family, int receiveBufferBytes) {
    return kernel.socket();
  }

  @Override
  public void setReceiveBuffer(int fd, int bytes) {}

  @Override
  public void setReceiveLowWater(int fd, int bytes) {
    kernel.setReceiveLowWater(fd, bytes);
  }

  @Override
  public long openPipe(int bytes) {
    return kernel.pipes().open(bytes);
  }

  @Override
  public void closePipe(long pipe) {
    kernel.pipes().close(pipe);
  }

  @Override
  public int fillPipe(long pipe, int fd, int bytes) {
    return kernel.pipes().fill(pipe, fd, bytes);
  }

  @Override
  public int writePipe(long pipe, long address, int bytes) {
    return kernel.pipes().write(pipe, address, bytes);
  }

  @Override
  public int drainPipe(long pipe, int fd, int bytes, boolean more) {
    return kernel.pipes().drain(pipe, fd, bytes);
  }
}
