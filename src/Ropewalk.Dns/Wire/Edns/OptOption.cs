namespace Ropewalk.Dns.Wire.Edns;

/// <summary>Is one option of an OPT record as a value.</summary>
/// <param name="Code">What it is.</param>
/// <param name="Value">Its bytes.</param>
public sealed record OptOption(EdnsOptionCode Code, Octets Value);
