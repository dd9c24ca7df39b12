namespace Ropewalk.Dns.Zones.Text;

/// <summary>Is where a record stands: what is behind its relative names, and the position that is told about it.</summary>
internal readonly ref struct RecordPlace(ReadOnlySpan<byte> origin, SourcePosition position)
{
    public ReadOnlySpan<byte> Origin { get; } = origin;

    public SourcePosition Position { get; } = position;
}
