package io.sluice.server.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** Signals that end the process. */
@FunctionalInterface
interface Signals {
  /** Runs {@code action} on a thread of its own each time SIGTERM or SIGINT arrives. */
  void onTerminate(Runnable action);

  /**
   * The signals of this process. A shutdown hook would not do: the process would end with 143
   * rather than 0, and a second signal would be lost. The class is called by name because the
   * compiler warns about {@code sun.misc} in a way that cannot be switched off; it has been part of
   * {@code jdk.unsupported}, which is exported for this purpose (JEP 260), since JDK 9.
   */
  static Signals ofProcess() {
    return action -> {
      try {
        Class<?> signalType = Class.forName("sun.misc.Signal");
        Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
        InvocationHandler run =
            (proxy, method, arguments) -> handle(proxy, method.getName(), arguments, action);
        Object handler =
            Proxy.newProxyInstance(
                Signals.class.getClassLoader(), new Class<?>[] {handlerType}, run);
        for (String name : new String[] {"TERM", "INT"}) {
          Object signal = signalType.getConstructor(String.class).newInstance(name);
          signalType.getMethod("handle", signalType, handlerType).invoke(null, signal, handler);
        }
      } catch (InvocationTargetException e) {
        // The JVM was started with -Xrs and leaves signals to the kernel: they end it at once.
        return;
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("this JDK lacks the module jdk.unsupported", e);
      }
    };
  }

  private static Object handle(Object proxy, String method, Object[] arguments, Runnable action) {
    return switch (method) {
      case "handle" -> {
        action.run();
        yield null;
      }
      case "equals" -> proxy == arguments[0];
      case "hashCode" -> System.identityHashCode(proxy);
      default -> "Signals";
    };
  }
}
