using Ropewalk.Dns.Wire.Records;

namespace Ropewalk.Dns.Client;

/// <summary>Is one step from an old zone to a new one.</summary>
/// <param name="Kind">What becomes of the record.</param>
/// <param name="Record">The record.</param>
/// <remarks>In each sequence of differences the old SOA record goes first, then what goes with it; the new one comes first, then what comes with it. <b>Spec</b>: RFC 1995 §4.</remarks>
public sealed record ZoneChange(ZoneChangeKind Kind, ResourceRecord Record);
