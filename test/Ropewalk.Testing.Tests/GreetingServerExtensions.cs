using Ropewalk.Framing;
using Ropewalk.Sessions;

namespace Ropewalk.Testing.Tests;

/// <summary>Adds a protocol's own server to the in-process one, as each strand does.</summary>
internal static class GreetingServerExtensions
{
    public static InProcessServerBuilder UseGreetings(this InProcessServerBuilder builder) => builder
        .UseApplication(new GreetingHandler(new SessionOptions { TimeProvider = builder.Time }).OnConnectedAsync)
        .UseCommands(() => Frames.Lines(512));
}
