using System.Buffers;
using System.Text;

namespace Ropewalk.Web.Static.Wire;

/// <summary>Writes the body of an error answer: a page for browsers, a line for everything else.</summary>
/// <remarks>The text depends on the status alone. Nothing of the request is echoed and nothing of the folder is told.</remarks>
public static class ErrorPage
{
    /// <summary>Gives a status's short name.</summary>
    /// <param name="status">The status code.</param>
    /// <returns>Its reason phrase (RFC 9110 §15).</returns>
    public static string Title(int status) => status switch
    {
        400 => "Bad request",
        403 => "Forbidden",
        404 => "Not found",
        405 => "Method not allowed",
        412 => "Precondition failed",
        416 => "Range not satisfiable",
        500 => "Server error",
        503 => "Service unavailable",
        _ => "Error",
    };

    /// <summary>Writes the page.</summary>
    /// <param name="status">The status code.</param>
    /// <returns>UTF-8 HTML.</returns>
    public static byte[] Html(int status)
    {
        ArrayBufferWriter<byte> page = new(4096);
        string title = Title(status);
        page.Write(PageStyle.Head);
        HtmlText.Write(page, title);
        page.Write(PageStyle.AfterTitle);
        page.Write("<main class=\"e\">\n<strong>"u8);
        HtmlText.WriteNumber(page, status);
        page.Write("</strong>\n<h1>"u8);
        HtmlText.Write(page, title);
        page.Write("</h1>\n<p>"u8);
        HtmlText.Write(page, Explain(status));
        page.Write("</p>\n<p><a href=\"/\">Home</a></p>\n"u8);
        page.Write(PageStyle.End);
        return page.WrittenSpan.ToArray();
    }

    /// <summary>Writes the line.</summary>
    /// <param name="status">The status code.</param>
    /// <returns>UTF-8 text.</returns>
    public static byte[] PlainText(int status) => Encoding.UTF8.GetBytes($"{status} {Title(status)}: {Explain(status)}\n");

    private static string Explain(int status) => status switch
    {
        400 => "The address is not a well-formed one.",
        403 => "This may not be read.",
        404 => "There is nothing here under this name.",
        405 => "This site is read only: GET, HEAD and OPTIONS.",
        412 => "It has changed since you last saw it.",
        416 => "The part asked for lies behind the end.",
        503 => "Too busy at the moment. Please try again.",
        _ => "Something went wrong on this side.",
    };
}
