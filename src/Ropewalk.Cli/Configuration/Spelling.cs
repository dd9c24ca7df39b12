namespace Ropewalk.Cli.Configuration;

/// <summary>Finds what somebody probably meant.</summary>
internal static class Spelling
{
    /// <summary>Makes the tail of an error message: the nearest name, or all of them where there are few, or nothing.</summary>
    public static string Suggest(string written, IReadOnlyCollection<string> known)
    {
        if (Nearest(written, known) is string nearest)
        {
            return $"; did you mean '{nearest}'?";
        }

        return known.Count is > 0 and <= 24 ? $"; known are {string.Join(", ", known)}" : "";
    }

    /// <summary>Finds the known name within a few slips of the finger, or null.</summary>
    public static string? Nearest(string written, IEnumerable<string> known)
    {
        string? best = null;
        // a third of the letters may be wrong: beyond that, a suggestion is a guess
        int bestDistance = Math.Max(1, Math.Min(written.Length, 24) / 3) + 1;
        foreach (string name in known)
        {
            int distance = Distance(Fold(written), name);
            if (distance < bestDistance)
            {
                (best, bestDistance) = (name, distance);
            }
        }

        return best;
    }

    private static string Fold(string written)
    {
        // camelCase and snake_case are the usual foreign accents of kebab-case
        var folded = new System.Text.StringBuilder(written.Length);
        foreach (char c in written.AsSpan(0, Math.Min(written.Length, 64)))
        {
            if (char.IsAsciiLetterUpper(c) && folded.Length > 0 && folded[^1] != '-')
            {
                folded.Append('-');
            }

            folded.Append(c == '_' ? '-' : char.ToLowerInvariant(c));
        }

        return folded.ToString();
    }

    /// <summary>Counts insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).</summary>
    private static int Distance(string a, string b)
    {
        int[] before = new int[b.Length + 1];
        int[] last = new int[b.Length + 1];
        int[] row = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++)
        {
            last[j] = j;
        }

        for (int i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int cost = a[i - 1] == b[j - 1] ? 0 : 1;
                row[j] = Math.Min(Math.Min(row[j - 1] + 1, last[j] + 1), last[j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                }
            }

            (before, last, row) = (last, row, before);
        }

        return last[b.Length];
    }
}
