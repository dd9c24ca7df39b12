using System.Buffers;

namespace Ropewalk.Framing;

/// <summary>Is a piece of a body.</summary>
/// <param name="Bytes">The piece. <b>Lifetime</b>: until the input is advanced or released.</param>
/// <param name="IsLast">True if the body ends with it.</param>
public readonly record struct BodyChunk(ReadOnlySequence<byte> Bytes, bool IsLast);
