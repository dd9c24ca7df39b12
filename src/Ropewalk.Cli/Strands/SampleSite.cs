using Ropewalk.Web.Static.Files;

namespace Ropewalk.Cli.Strands;

/// <summary>Is the site that <c>ropewalk up</c> serves without a file, out of memory.</summary>
internal static class SampleSite
{
    private static readonly Lazy<MemorySiteFiles> Made = new(() => new MemorySiteFiles(
        EmbeddedFiles.List("SampleSite").Select(path => KeyValuePair.Create("/" + path, EmbeddedFiles.Read("SampleSite/" + path))),
        new DateTimeOffset(File.GetLastWriteTimeUtc(Environment.ProcessPath ?? AppContext.BaseDirectory), TimeSpan.Zero)));

    /// <summary>Gets its files.</summary>
    public static ISiteFiles Files => Made.Value;
}
