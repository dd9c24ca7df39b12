namespace Ropewalk.Storage;

/// <summary>A record as it was when it was read.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Content">Its bytes; nobody changes them.</param>
/// <param name="Version">The number that its last change got; no other change of the same store has or gets that number.</param>
public sealed record StoredRecord(RecordKey Key, ReadOnlyMemory<byte> Content, long Version)
{
    /// <summary>Shows the key, the version and the size, never the content.</summary>
    public override string ToString() => $"{Key} version {Version}, {Content.Length} bytes";
}
