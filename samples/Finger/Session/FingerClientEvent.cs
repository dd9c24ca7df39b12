using System.Buffers;

namespace Finger.Session;

/// <summary>Is a piece of the answer, as it came.</summary>
/// <param name="Bytes">The piece. <b>Lifetime</b>: until it was handled.</param>
public readonly record struct FingerClientEvent(ReadOnlySequence<byte> Bytes);
