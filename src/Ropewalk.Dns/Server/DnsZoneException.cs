using Ropewalk.Hosting;

namespace Ropewalk.Dns.Server;

/// <summary>Says that zones cannot be served: everything that is wrong with their files, a line each.</summary>
/// <param name="errors">What is wrong, each with its file, line and column.</param>
public sealed class DnsZoneException(IReadOnlyList<string> errors) : ServiceConfigurationException(errors);
