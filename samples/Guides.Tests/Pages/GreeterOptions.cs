namespace Guides.Tests.Pages;

public sealed record GreeterOptions(string Greeting, TimeSpan IdleTimeout, int Workers);
