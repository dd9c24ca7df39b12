namespace Ropewalk.Web.Static.Wire;

/// <summary>Holds one satisfiable part of a representation.</summary>
/// <param name="Start">The first byte's offset.</param>
/// <param name="LengthBytes">At least 1.</param>
public readonly record struct ByteRange(long Start, long LengthBytes)
{
    /// <summary>Gets the last byte's offset, as <c>Content-Range</c> tells it.</summary>
    public long Last => Start + LengthBytes - 1;
}
