namespace Ropewalk.Dns.Wire.Records;

/// <summary>Is one parameter of a service.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Value">Its value, in wire form.</param>
public readonly record struct ServiceParameter(ServiceParameterKey Key, Octets Value);
