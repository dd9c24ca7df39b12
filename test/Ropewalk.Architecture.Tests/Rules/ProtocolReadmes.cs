namespace Ropewalk.Architecture.Tests.Rules;

/// <summary>Each protocol's folder (one that has a Wire room) has a README with the same headings in the same order.</summary>
internal static class ProtocolReadmes
{
    private static readonly string[] Conversation = ["What", "RFCs and status", "Rooms", "States", "Limits and why", "Errors", "Not implemented", "How it is tested"];

    public static IEnumerable<Violation> Find(IReadOnlyCollection<RepositoryFile> files)
    {
        IEnumerable<string> protocols = files
            .Where(file => file.Folders.Length > 1 && file.Folders[0] is "src" or "samples" && file.Folders.Contains("Wire"))
            .Select(file => string.Join('/', file.Folders.TakeWhile(folder => folder != "Wire")))
            // the tests of a protocol are no protocol
            .Where(folder => !folder.EndsWith(".Tests", StringComparison.Ordinal))
            .Distinct();
        foreach (string folder in protocols)
        {
            RepositoryFile? page = files.FirstOrDefault(file => file.Path == folder + "/README.md");
            if (page is null)
            {
                yield return new(folder, 0, $"a protocol without a README.md; its headings: {string.Join(" · ", Wanted(files, folder))}");
                continue;
            }

            string[] found = [.. page.Text.Split('\n').Where(line => line.StartsWith("## ", StringComparison.Ordinal)).Select(line => line[3..].Trim())];
            string[] wanted = [.. Wanted(files, folder)];
            if (!found.SequenceEqual(wanted))
            {
                yield return new(page.Path, 0, $"the headings are {string.Join(" · ", found)}; they are in every protocol: {string.Join(" · ", wanted)}");
            }
        }
    }

    // A format without a conversation (a Wire room only) has no states.
    private static IEnumerable<string> Wanted(IEnumerable<RepositoryFile> files, string folder) =>
        files.Any(file => file.Path.StartsWith(folder + "/Session/", StringComparison.Ordinal)) ? Conversation : Conversation.Where(heading => heading != "States");
}
