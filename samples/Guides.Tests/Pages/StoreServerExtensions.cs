using Ropewalk.Testing;

namespace Guides.Tests.Pages;

/// <summary>What a protocol's own testing package offers: <c>InProcessServer.StartAsync(p => p.UseStore())</c>.</summary>
public static class StoreServerExtensions
{
    public static InProcessServerBuilder UseStore(this InProcessServerBuilder builder, params (string Key, string Value)[] entries) =>
        builder.UseLines(line => Array.Find(entries, entry => line == $"GET {entry.Key}") is { Value: { } value } ? $"VALUE {value}" : "NONE");
}
