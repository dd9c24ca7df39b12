using System.Text;

namespace Ropewalk.Security.Precis;

/// <summary>Composes text into Unicode's normalization form C.</summary>
/// <remarks>
/// The runtime's own normalization leaves all but ASCII as it is where the system's ICU is absent or switched off (InvariantGlobalization),
/// and the same password must have the same bytes on every machine.
/// </remarks>
internal static class CanonicalComposition
{
    private const int LBase = 0x1100, VBase = 0x1161, TBase = 0x11A7, SBase = 0xAC00;
    private const int VCount = 21, TCount = 28, NCount = VCount * TCount, LCount = 19, SCount = LCount * NCount;

    private static readonly Dictionary<(int First, int Second), int> Composed = Compositions();

    /// <summary>Composes well-formed text.</summary>
    public static string Compose(string text)
    {
        if (Ascii.IsValid(text))
        {
            return text;
        }

        var points = new List<int>(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            Decompose(rune.Value, points);
        }

        Order(points);
        Join(points);
        var composed = new StringBuilder(points.Count);
        foreach (int point in points)
        {
            composed.Append(new Rune(point).ToString());
        }

        return composed.ToString();
    }

    private static Dictionary<(int First, int Second), int> Compositions()
    {
        ReadOnlySpan<int> rows = UnicodeTables.Canonical;
        var pairs = new Dictionary<(int First, int Second), int>(rows.Length / 4);
        for (int i = 0; i < rows.Length; i += 4)
        {
            if (rows[i + 3] == 1)
            {
                pairs.Add((rows[i + 1], rows[i + 2]), rows[i]);
            }
        }

        return pairs;
    }

    private static void Decompose(int point, List<int> into)
    {
        if (point is >= SBase and < SBase + SCount)
        {
            int syllable = point - SBase;
            into.Add(LBase + (syllable / NCount));
            into.Add(VBase + (syllable % NCount / TCount));
            if (syllable % TCount != 0)
            {
                into.Add(TBase + (syllable % TCount));
            }

            return;
        }

        int row = UnicodeRuns.Row(UnicodeTables.Canonical, 4, point);
        if (row < 0)
        {
            into.Add(point);
            return;
        }

        Decompose(UnicodeTables.Canonical[row + 1], into);
        if (UnicodeTables.Canonical[row + 2] is not 0 and int second)
        {
            Decompose(second, into);
        }
    }

    // Marks behind a letter stand in the order of their classes; equal ones keep theirs.
    private static void Order(List<int> points)
    {
        for (int i = 1; i < points.Count; i++)
        {
            int point = points[i];
            int rank = UnicodeRuns.Value(UnicodeTables.CombiningClasses, point);
            int at = i;
            while (rank != 0 && at > 0 && UnicodeRuns.Value(UnicodeTables.CombiningClasses, points[at - 1]) > rank)
            {
                points[at] = points[at - 1];
                at--;
            }

            points[at] = point;
        }
    }

    private static void Join(List<int> points)
    {
        int starter = -1;
        int written = 0;
        int before = 0;
        foreach (int point in points.ToArray())
        {
            int rank = UnicodeRuns.Value(UnicodeTables.CombiningClasses, point);

            // a mark joins its letter unless one of the same class, or another letter, stands between
            bool isFree = starter >= 0 && (written == starter + 1 || (before != 0 && before < rank));
            if (isFree && Join(points[starter], point) is { } joined)
            {
                points[starter] = joined;
                continue;
            }

            if (rank == 0)
            {
                starter = written;
            }

            before = rank;
            points[written++] = point;
        }

        points.RemoveRange(written, points.Count - written);
    }

    private static int? Join(int first, int second)
    {
        if (first is >= LBase and < LBase + LCount && second is >= VBase and < VBase + VCount)
        {
            return SBase + ((((first - LBase) * VCount) + (second - VBase)) * TCount);
        }

        if (first is >= SBase and < SBase + SCount && (first - SBase) % TCount == 0 && second is > TBase and < TBase + TCount)
        {
            return first + (second - TBase);
        }

        return Composed.TryGetValue((first, second), out int joined) ? joined : null;
    }
}
