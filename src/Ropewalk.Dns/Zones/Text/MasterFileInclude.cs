namespace Ropewalk.Dns.Zones.Text;

/// <summary>Is an <c>$INCLUDE</c> whose file is wanted.</summary>
/// <param name="Path">The file; null if none is wanted.</param>
/// <param name="Origin">Its origin, in wire form.</param>
/// <param name="Position">Where the directive is.</param>
internal readonly record struct MasterFileInclude(string? Path, byte[] Origin, SourcePosition Position);
