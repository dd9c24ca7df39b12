using System.Text.RegularExpressions;

namespace Ropewalk.Architecture.Tests.Rules;

/// <summary>
/// The table docs/rfc/status.tsv, both ways: each section that the source cites has a row, and each row that says it is done is cited
/// where it says.
/// </summary>
internal static partial class RfcStatus
{
    public const string TablePath = "docs/rfc/status.tsv";

    public const string Header = "rfc\tsection\tsubject\tstatus\twhere";

    private static readonly HashSet<string> Statuses = ["done", "partly", "no", "n/a"];

    private sealed record Row(string Rfc, string Section, string Subject, string Status, string Where, int Line);

    public static IEnumerable<Violation> Find(RepositoryFile table, IReadOnlyCollection<RepositoryFile> sources, Func<string, bool> exists)
    {
        List<Row> rows = [];
        foreach (Violation violation in Read(table, rows))
        {
            yield return violation;
        }

        HashSet<(string, string)> known = [.. rows.Select(row => (row.Rfc, row.Section))];
        Dictionary<(string, string), RepositoryFile> missing = [];
        foreach (RepositoryFile file in sources)
        {
            foreach ((string rfc, string section, int offset) in Citations(file.Text))
            {
                if (!known.Contains((rfc, section)) && missing.TryAdd((rfc, section), file))
                {
                    yield return new(file.Path, file.LineAt(offset), $"RFC {rfc} §{section} has no row in {TablePath}; add (tabs between): {rfc}\t{section}\tWHAT IT SAYS\tdone\t{string.Join('/', file.Folders)}");
                }
            }
        }

        foreach (Row row in rows.Where(row => row.Status is "done" or "partly"))
        {
            if (!exists(row.Where))
            {
                yield return new(TablePath, row.Line, $"RFC {row.Rfc} §{row.Section}: {row.Where} does not exist");
            }
            else if (!sources.Any(file => IsBelow(file.Path, row.Where) && Citations(file.Text).Any(citation => citation.Rfc == row.Rfc && citation.Section == row.Section)))
            {
                yield return new(TablePath, row.Line, $"RFC {row.Rfc} §{row.Section} is {row.Status}, and nothing below {row.Where} cites it");
            }
        }
    }

    private static IEnumerable<Violation> Read(RepositoryFile table, List<Row> rows)
    {
        string[] lines = table.Text.TrimEnd('\n').Split('\n');
        if (lines[0] != Header)
        {
            yield return new(TablePath, 1, $"the first line must be: {Header.Replace("\t", "<tab>")}");
        }

        HashSet<(string, string)> seen = [];
        for (int i = 1; i < lines.Length; i++)
        {
            string[] cells = lines[i].Split('\t');
            if (cells.Length != 5)
            {
                yield return new(TablePath, i + 1, $"{cells.Length} columns; a row has 5, with one tab between: rfc, section, subject, status, where");
                continue;
            }

            Row row = new(cells[0], cells[1], cells[2], cells[3], cells[4], i + 1);
            rows.Add(row);
            if (!Statuses.Contains(row.Status))
            {
                yield return new(TablePath, i + 1, $"status \"{row.Status}\"; it is one of {string.Join(", ", Statuses)}");
            }

            if (!seen.Add((row.Rfc, row.Section)))
            {
                yield return new(TablePath, i + 1, $"RFC {row.Rfc} §{row.Section} has a row already");
            }
        }
    }

    // RFC 1288 §2.3; the further sections of RFC 1288 §2.3, §2.5.1; but nothing that stands in a code element: that is an example.
    private static IEnumerable<(string Rfc, string Section, int Offset)> Citations(string text)
    {
        foreach (Match match in Citation().Matches(text).Where(match => !text.AsSpan(0, match.Index).EndsWith("<c>")))
        {
            foreach (Capture section in match.Groups["section"].Captures)
            {
                yield return (match.Groups["rfc"].Value, section.Value, match.Index);
            }
        }
    }

    private static bool IsBelow(string path, string folder) => path == folder || path.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal);

    [GeneratedRegex(@"RFC (?<rfc>\d+),? §(?<section>(?:[A-Z]|\d+)(?:\.\d+)*)(?:(?:,| and)? §(?<section>(?:[A-Z]|\d+)(?:\.\d+)*))*")]
    private static partial Regex Citation();
}
