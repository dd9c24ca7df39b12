namespace Ropewalk.Tests.Hosting;

/// <summary>Options of the web service that these tests reload.</summary>
/// <param name="Text">For new connections: what every request is answered with.</param>
/// <param name="Engine">Needs a restart.</param>
public sealed record PageOptions(string Text, string Engine = "one");
