using Ropewalk.Dns.Wire;
using Ropewalk.Storage;

namespace Ropewalk.Dns.Server;

/// <summary>Is a zone that is served from its master file.</summary>
/// <param name="Store">Where the file is; what it includes is inside of it, whatever it says.</param>
/// <param name="Path">The file.</param>
/// <param name="Apex">The zone's name; null to take it from the file: from its SOA, and where that is relative, from the file's name.</param>
public sealed record DnsZoneFile(IFileStore Store, FileStorePath Path, DomainName? Apex = null);
