namespace Ropewalk.Framing;

/// <summary>Describes the length that stands before a frame.</summary>
/// <param name="WidthBytes">1 to 4.</param>
/// <param name="LittleEndian">True if the lowest byte comes first; network order is false.</param>
/// <param name="CountsItself">True if the length includes the prefix.</param>
public readonly record struct LengthPrefix(int WidthBytes, bool LittleEndian = false, bool CountsItself = false)
{
    /// <summary>One byte.</summary>
    public static LengthPrefix OneByte => new(1);

    /// <summary>Two bytes in network order: DNS over TCP (RFC 1035 §4.2.2).</summary>
    public static LengthPrefix TwoBytes => new(2);

    /// <summary>Four bytes in network order.</summary>
    public static LengthPrefix FourBytes => new(4);

    /// <summary>Gets the largest number that the prefix can hold.</summary>
    internal long Largest => (1L << (8 * WidthBytes)) - 1;

    internal LengthPrefix Checked()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(WidthBytes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(WidthBytes, 4);
        return this;
    }
}
