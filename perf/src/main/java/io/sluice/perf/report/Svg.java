package io.sluice.perf.report;

import java.awt.Color;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.Rectangle;
import java.io.IOException;
import java.io.StringWriter;
import java.util.concurrent.atomic.AtomicInteger;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.apache.batik.svggen.SVGIDGenerator;
import org.jfree.chart.JFreeChart;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Charts as SVG that needs nothing else: text stays text, and what is drawn with {@link #INK} has
 * the colour of the text around it, so that it can be read on white and on black.
 */
final class Svg {
  /** No picture has this colour of its own; it stands for the reader's. */
  static final Color INK = new Color(1, 2, 3);

  /** The same for what should not be in the way. */
  static final Color FAINT = new Color(1, 2, 3, 40);

  /** Of all texts. */
  static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);

  private static final String INK_TEXT = "rgb(1,2,3)";
  private static final String NAMESPACE = "http://www.w3.org/2000/svg";

  /** Colours of a picture that stands alone, in a page that it knows nothing about. */
  private static final String ALONE =
      "<style>svg{color:#24292f;background:#ffffff}@media(prefers-color-scheme:dark)"
          + "{svg{color:#e6edf3;background:#0d1117}}</style>";

  /** Pictures of one page may not use the same names inside. */
  private static final AtomicInteger PICTURES = new AtomicInteger();

  static {
    // No display is needed, and none may be asked for.
    System.setProperty("java.awt.headless", "true");
  }

  private Svg() {}

  /**
   * Draws a chart.
   *
   * @param chart the chart
   * @param title what it shows, for those who cannot see it
   * @param width in pixels
   * @param height in pixels
   * @return an element that can be part of a page
   * @throws DrawingException when this machine cannot draw
   */
  static String of(JFreeChart chart, String title, int width, int height) throws DrawingException {
    try {
      return draw(chart, title, width, height);
    } catch (LinkageError | InternalError | RuntimeException | IOException e) {
      // The JDK fails in many ways where there is no font to measure text with.
      throw new DrawingException(e);
    }
  }

  /**
   * A picture that stands alone.
   *
   * @param element of a chart
   * @return a whole file
   */
  static String alone(String element) {
    int endOfTag = element.indexOf('>') + 1;
    return element.substring(0, endOfTag) + ALONE + element.substring(endOfTag) + "\n";
  }

  private static String draw(JFreeChart chart, String title, int width, int height)
      throws IOException {
    Document document = document();
    SVGGeneratorContext context = SVGGeneratorContext.createDefault(document);
    context.setComment(null);
    String prefix = "p" + PICTURES.incrementAndGet() + "-";
    context.setIDGenerator(
        new SVGIDGenerator() {
          @Override
          public String generateID(String name) {
            return prefix + super.generateID(name);
          }
        });
    SVGGraphics2D graphics = new SVGGraphics2D(context, false);
    graphics.setSVGCanvasSize(new Dimension(width, height));
    chart.draw(graphics, new Rectangle(width, height));
    Element root = graphics.getRoot();
    root.setAttribute("viewBox", "0 0 " + width + " " + height);
    root.setAttribute("role", "img");
    NodeList definitions = root.getElementsByTagName("defs");
    for (int i = 0; i < definitions.getLength(); i++) {
      // Nothing refers to them by their own name, which is the same in every picture.
      ((Element) definitions.item(i)).removeAttribute("id");
    }
    Element described = document.createElementNS(NAMESPACE, "title");
    described.setTextContent(Markup.printable(title));
    root.insertBefore(described, root.getFirstChild());
    StringWriter text = new StringWriter();
    graphics.stream(root, text, true, false);
    String svg = text.toString();
    return svg.substring(svg.indexOf("<svg"))
        .replace(INK_TEXT, "currentColor")
        .replace("'" + Font.SANS_SERIF + "'", "sans-serif")
        .strip();
  }

  private static Document document() {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .getDOMImplementation()
          .createDocument(NAMESPACE, "svg", null);
    } catch (ParserConfigurationException e) {
      throw new AssertionError(e);
    }
  }
}
