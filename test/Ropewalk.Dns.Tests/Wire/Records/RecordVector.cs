namespace Ropewalk.Dns.Tests.Wire.Records;

internal sealed record RecordVector(string Type, string Text, string Wire, string Canonical);
