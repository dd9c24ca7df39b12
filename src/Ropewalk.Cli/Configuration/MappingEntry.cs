namespace Ropewalk.Cli.Configuration;

/// <summary>Is one entry of a mapping.</summary>
/// <param name="Key">The key's text.</param>
/// <param name="KeyOrigin">Where the key was written.</param>
/// <param name="Value">The value.</param>
internal sealed record MappingEntry(string Key, Origin KeyOrigin, ConfigurationNode Value);
