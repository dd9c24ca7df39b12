namespace Ropewalk.Security.Precis;

/// <summary>Looks things up in the tables of Unicode, which are sorted by their first column.</summary>
internal static class UnicodeRuns
{
    /// <summary>Finds the row of a code point, or -1.</summary>
    public static int Row(ReadOnlySpan<int> rows, int width, int point)
    {
        int row = Below(rows, width, point);
        return row >= 0 && rows[row] == point ? row : -1;
    }

    /// <summary>Finds the value of the run that holds a code point, or 0.</summary>
    public static int Value(ReadOnlySpan<int> runs, int point)
    {
        int row = Below(runs, 3, point);
        return row >= 0 && point <= runs[row + 1] ? runs[row + 2] : 0;
    }

    // The last row that begins at the code point or before it.
    private static int Below(ReadOnlySpan<int> rows, int width, int point)
    {
        int low = 0;
        int high = rows.Length / width;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = rows[middle * width] <= point ? (middle + 1, high) : (low, middle);
        }

        return (low - 1) * width;
    }
}
