using System.Net;

namespace Ropewalk.Testing.Simulated;

/// <summary>Is a packet as it would have been seen where it arrived.</summary>
/// <param name="At">When, since the start.</param>
/// <param name="Source">Where from.</param>
/// <param name="Target">Where to.</param>
/// <param name="Flags">The flags of TCP; null for UDP.</param>
/// <param name="Sequence">The sequence number of its first byte.</param>
/// <param name="Acknowledged">The number of the next byte that its sender waits for.</param>
/// <param name="Payload">What it carries.</param>
internal readonly record struct CapturedPacket(
    TimeSpan At, IPEndPoint Source, IPEndPoint Target, TcpFlags? Flags, uint Sequence, uint Acknowledged, ReadOnlyMemory<byte> Payload);
