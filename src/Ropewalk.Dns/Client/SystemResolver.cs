using System.Text;
using Ropewalk.Client;
using Ropewalk.Storage;

namespace Ropewalk.Dns.Client;

/// <summary>Reads how this system resolves names: <c>/etc/resolv.conf</c> and <c>/etc/hosts</c>, through a file store, so that a test brings its own.</summary>
/// <param name="Configuration">What resolv.conf says.</param>
/// <param name="Hosts">What the hosts file says.</param>
public sealed record SystemResolver(ResolverConfiguration Configuration, HostsFile Hosts)
{
    // A list that blocks advertisements has some megabytes; resolv.conf a few lines.
    private const int MostHostsBytes = 64 * 1024 * 1024;
    private const int MostConfigurationBytes = 1024 * 1024;

    private static readonly FileStorePath ConfigurationPath = FileStorePath.Parse("resolv.conf");
    private static readonly FileStorePath HostsPath = FileStorePath.Parse("hosts");

    /// <summary>Reads the files; one that is not there says nothing.</summary>
    /// <param name="files">The folder that they are in; null for <c>/etc</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="FileStoreException">A file cannot be read.</exception>
    public static async Task<SystemResolver> ReadAsync(IFileStore? files = null, CancellationToken cancellationToken = default)
    {
        await CallerContext.Detach();
        files ??= new DiskFileStore("/etc");
        byte[]? configuration = await files.ReadAllAsync(ConfigurationPath, MostConfigurationBytes, cancellationToken);
        byte[]? hosts = await files.ReadAllAsync(HostsPath, MostHostsBytes, cancellationToken);
        return new(ResolverConfiguration.Parse(Encoding.UTF8.GetString(configuration ?? [])), HostsFile.Parse(Encoding.UTF8.GetString(hosts ?? [])));
    }

    /// <summary>Makes the options of a client that resolves as this system does.</summary>
    public DnsClientOptions ToOptions()
    {
        DnsClientOptions options = new();
        options.Take(Configuration);
        return options;
    }
}
