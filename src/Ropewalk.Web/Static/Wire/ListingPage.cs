using System.Buffers;
using System.Globalization;

namespace Ropewalk.Web.Static.Wire;

/// <summary>Writes a folder's listing as HTML, in three steps so that a long one can be streamed.</summary>
/// <remarks>Sorted by links: the page has no script and its policy (<see cref="ContentSecurityPolicy"/>) allows none.</remarks>
public sealed class ListingPage
{
    private readonly SitePath _folder;
    private readonly ListingOrder _order;

    /// <summary>Prepares the page.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="order">The order that its lines come in.</param>
    public ListingPage(SitePath folder, ListingOrder order)
    {
        ArgumentNullException.ThrowIfNull(folder);
        _folder = folder;
        _order = order;
    }

    /// <summary>Gets the value for <c>Content-Security-Policy</c> that fits these pages and the error pages.</summary>
    public static string ContentSecurityPolicy => PageStyle.ContentSecurityPolicy;

    /// <summary>Writes what stands above the lines.</summary>
    /// <param name="output">Takes the page.</param>
    public void WriteStart(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write(PageStyle.Head);
        HtmlText.Write(output, "/" + _folder.Relative);
        output.Write(PageStyle.AfterTitle);
        output.Write("<main>\n<h1>"u8);
        WriteBreadcrumbs(output);
        output.Write("</h1>\n<table>\n<thead><tr>"u8);
        WriteColumn(output, "<th>"u8, "Name", ListingColumn.Name);
        WriteColumn(output, "<th class=\"s\">"u8, "Size", ListingColumn.Size);
        WriteColumn(output, "<th class=\"d\">"u8, "Changed (UTC)", ListingColumn.Date);
        output.Write("</tr></thead>\n<tbody>\n"u8);
        if (_folder.Relative.Length == 0) return;
        output.Write("<tr><td><a href=\"../"u8);
        WriteOrder(output);
        output.Write("\"><svg viewBox=\"0 0 24 24\" aria-hidden=\"true\"><path class=\"u\" d=\"M9 14 4 9l5-5M4 9h10a6 6 0 0 1 0 12h-2\"/></svg>Up</a></td><td class=\"s\"></td><td class=\"d\"></td></tr>\n"u8);
    }

    /// <summary>Writes one line.</summary>
    /// <param name="output">Takes the page.</param>
    /// <param name="entry">The file or folder.</param>
    public void WriteEntry(IBufferWriter<byte> output, SiteEntry entry)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write("<tr><td><a href=\""u8);
        // absolute, so that no name can be read as a scheme ("javascript:x") or as a host
        HtmlText.Write(output, _folder.Child(entry.Name, entry.IsFolder).Text);
        if (entry.IsFolder) WriteOrder(output);
        output.Write(entry.IsFolder
            ? "\"><svg viewBox=\"0 0 24 24\" aria-hidden=\"true\"><path class=\"k\" d=\"M3 6.5A1.5 1.5 0 0 1 4.5 5h4.6l2 2.2h8.4A1.5 1.5 0 0 1 21 8.7v8.8a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 17.5z\"/></svg><span>"u8
            : "\"><svg viewBox=\"0 0 24 24\" aria-hidden=\"true\"><path class=\"f\" d=\"M6 3h8l4.5 4.5V21H6zM14 3v4.5h4.5\"/></svg><span>"u8);
        HtmlText.Write(output, entry.Name);
        output.Write(entry.IsFolder ? "/</span></a></td><td class=\"s\">"u8 : "</span></a></td><td class=\"s\">"u8);
        if (!entry.IsFolder) WriteSize(output, entry.LengthBytes);
        output.Write("</td><td class=\"d\">"u8);
        WriteTime(output, entry.ModifiedUnixNanoseconds);
        output.Write("</td></tr>\n"u8);
    }

    /// <summary>Writes what stands below the lines.</summary>
    /// <param name="output">Takes the page.</param>
    /// <param name="folders">How many folders were written.</param>
    /// <param name="files">How many files were written.</param>
    /// <param name="truncated">Whether the folder holds more than was read.</param>
    public void WriteEnd(IBufferWriter<byte> output, int folders, int files, bool truncated)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write("</tbody>\n</table>\n<p>"u8);
        if (truncated) output.Write("Only the first "u8);
        if (folders > 0) WriteCount(output, folders, "folder");
        if (folders > 0 && files > 0) output.Write(truncated ? " and "u8 : ", "u8);
        if (files > 0) WriteCount(output, files, "file");
        if (folders == 0 && files == 0 && !truncated) output.Write("Nothing here."u8);
        output.Write(truncated ? " that were read; this folder holds more.</p>\n"u8 : "</p>\n"u8);
        output.Write(PageStyle.End);
    }

    private void WriteBreadcrumbs(IBufferWriter<byte> output)
    {
        SitePath at = SitePath.Root;
        string[] segments = _folder.Relative.Length == 0 ? [] : _folder.Relative.Split('/');
        WriteCrumb(output, at, "Home", isLast: segments.Length == 0);
        for (int i = 0; i < segments.Length; i++)
        {
            output.Write("<i>/</i>"u8);
            at = at.Below(segments[i]);
            WriteCrumb(output, at, segments[i], isLast: i == segments.Length - 1);
        }
    }

    private void WriteCrumb(IBufferWriter<byte> output, SitePath folder, string name, bool isLast)
    {
        if (!isLast)
        {
            output.Write("<a href=\""u8);
            HtmlText.Write(output, folder.Text);
            WriteOrder(output);
            output.Write("\">"u8);
        }
        HtmlText.Write(output, name);
        if (!isLast) output.Write("</a>"u8);
    }

    private void WriteColumn(IBufferWriter<byte> output, ReadOnlySpan<byte> open, string title, ListingColumn column)
    {
        output.Write(open);
        output.Write("<a href=\""u8);
        HtmlText.Write(output, _order.Toggled(column).ToQuery());
        output.Write("\">"u8);
        HtmlText.Write(output, title);
        output.Write("</a>"u8);
        if (_order.Column == column) output.Write(_order.Descending ? " <b>↓</b>"u8 : " <b>↑</b>"u8);
        output.Write("</th>"u8);
    }

    // a chosen order stays while one walks through the folders
    private void WriteOrder(IBufferWriter<byte> output)
    {
        if (_order != default) HtmlText.Write(output, _order.ToQuery());
    }

    private static void WriteCount(IBufferWriter<byte> output, int count, string noun)
    {
        HtmlText.WriteNumber(output, count);
        HtmlText.Write(output, count == 1 ? $" {noun}" : $" {noun}s");
    }

    private static void WriteSize(IBufferWriter<byte> output, long bytes)
    {
        if (bytes < 1000)
        {
            HtmlText.WriteNumber(output, bytes);
            output.Write(" B"u8);
            return;
        }
        ReadOnlySpan<string> units = ["kB", "MB", "GB", "TB", "PB", "EB"];
        double value = bytes / 1000.0;
        int unit = 0;
        while (value >= 999.5 && unit < units.Length - 1)
        {
            value /= 1000;
            unit++;
        }
        HtmlText.Write(output, value.ToString(value < 9.95 ? "0.0" : "0", CultureInfo.InvariantCulture));
        HtmlText.Write(output, $" {units[unit]}");
    }

    private static void WriteTime(IBufferWriter<byte> output, long unixNanoseconds)
    {
        DateTimeOffset time = DateTimeOffset.UnixEpoch.AddTicks(unixNanoseconds / 100);
        Span<byte> span = output.GetSpan(32);
        time.TryFormat(span, out int written, "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        output.Advance(written);
    }
}
