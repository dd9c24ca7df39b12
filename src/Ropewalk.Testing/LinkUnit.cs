using System.Net;

namespace Ropewalk.Testing;

/// <summary>Is one thing on its way from a host to another, for a <see cref="LinkRule"/> to look at.</summary>
/// <param name="From">The host that sends it.</param>
/// <param name="To">The host that it is for.</param>
/// <param name="Source">The sending address and port.</param>
/// <param name="Target">The receiving address and port.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Bytes">How many bytes it carries.</param>
/// <param name="Attempt">How often it was sent before: streams repeat what is lost.</param>
/// <param name="At">The virtual time since the start.</param>
public readonly record struct LinkUnit(
    SimHost From, SimHost To, IPEndPoint Source, IPEndPoint Target, LinkUnitKind Kind, int Bytes, int Attempt, TimeSpan At);
