using System.Net;

namespace Ropewalk.Testing;

/// <summary>Is a datagram on its way in memory, from a client or from a server.</summary>
/// <param name="From">Who sent it.</param>
/// <param name="To">Whom it is for.</param>
/// <param name="Payload">What it holds.</param>
public sealed record SentDatagram(IPEndPoint From, IPEndPoint To, ReadOnlyMemory<byte> Payload);
