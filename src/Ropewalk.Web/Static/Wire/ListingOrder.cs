
namespace Ropewalk.Web.Static.Wire;

/// <summary>Says how a listing is sorted: folders come first always.</summary>
/// <param name="Column">What is compared.</param>
/// <param name="Descending">Whether the largest comes first.</param>
public readonly record struct ListingOrder(ListingColumn Column, bool Descending)
{
    /// <summary>Reads the order from a query such as <c>sort=size&amp;order=desc</c>; what is unknown is ignored.</summary>
    /// <param name="query">The query without its question mark.</param>
    /// <returns>The order; by name, ascending, if nothing is said.</returns>
    public static ListingOrder Parse(ReadOnlySpan<char> query)
    {
        ListingColumn column = ListingColumn.Name;
        bool descending = false;
        foreach (Range part in query.Split('&'))
        {
            switch (query[part])
            {
                case "sort=name": column = ListingColumn.Name; break;
                case "sort=size": column = ListingColumn.Size; break;
                case "sort=date": column = ListingColumn.Date; break;
                case "order=asc": descending = false; break;
                case "order=desc": descending = true; break;
            }
        }
        return new ListingOrder(column, descending);
    }

    /// <summary>Writes the query that asks for this order.</summary>
    /// <returns>With its question mark.</returns>
    public string ToQuery() => $"?sort={Column.ToString().ToLowerInvariant()}&order={(Descending ? "desc" : "asc")}";

    /// <summary>Gives the order that a click on a column's head asks for: the other way round if it is the present one.</summary>
    /// <param name="column">The column.</param>
    /// <returns>The next order. Sizes and dates start with the largest.</returns>
    public ListingOrder Toggled(ListingColumn column) =>
        column == Column ? this with { Descending = !Descending } : new ListingOrder(column, column != ListingColumn.Name);

    /// <summary>Compares two lines.</summary>
    /// <param name="left">A line.</param>
    /// <param name="right">A line.</param>
    /// <returns>As <see cref="IComparable"/>.</returns>
    public int Compare(SiteEntry left, SiteEntry right)
    {
        if (left.IsFolder != right.IsFolder) return left.IsFolder ? -1 : 1;
        int order = Column switch
        {
            ListingColumn.Size => left.LengthBytes.CompareTo(right.LengthBytes),
            ListingColumn.Date => left.ModifiedUnixNanoseconds.CompareTo(right.ModifiedUnixNanoseconds),
            _ => 0,
        };
        if (order == 0 && Column != ListingColumn.Name) return CompareNames(left.Name, right.Name);
        if (order == 0) order = CompareNames(left.Name, right.Name);
        return Descending ? -order : order;
    }

    // "part 9" before "part 10": runs of digits compare as numbers, letters without case; equal so far, the ordinal order decides
    private static int CompareNames(string left, string right)
    {
        int i = 0, j = 0;
        while (i < left.Length && j < right.Length)
        {
            int order = char.IsAsciiDigit(left[i]) && char.IsAsciiDigit(right[j])
                ? CompareNumbers(DigitsAt(left, ref i), DigitsAt(right, ref j))
                : char.ToUpperInvariant(left[i++]).CompareTo(char.ToUpperInvariant(right[j++]));
            if (order != 0) return order;
        }
        int rest = (left.Length - i).CompareTo(right.Length - j);
        return rest != 0 ? rest : string.CompareOrdinal(left, right);
    }

    private static ReadOnlySpan<char> DigitsAt(string text, ref int at)
    {
        int start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
        return text.AsSpan(start, at - start).TrimStart('0');
    }

    private static int CompareNumbers(ReadOnlySpan<char> left, ReadOnlySpan<char> right) =>
        left.Length != right.Length ? left.Length.CompareTo(right.Length) : left.SequenceCompareTo(right);
}
