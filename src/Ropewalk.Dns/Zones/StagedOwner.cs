namespace Ropewalk.Dns.Zones;

/// <summary>Is a name that waits for its zone to be put together.</summary>
/// <param name="Name">Where it begins in the staged names.</param>
/// <param name="Length">How long it is.</param>
internal readonly record struct StagedOwner(int Name, byte Length);
