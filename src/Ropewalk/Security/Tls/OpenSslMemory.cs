using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ropewalk.Security.Tls;

/// <summary>
/// Makes OpenSSL give its record buffers back while a connection is idle (<c>SSL_MODE_RELEASE_BUFFERS</c>, as nginx and Python set it). .NET
/// does not ask for that, and each connection would hold about 34 KiB of address space and 9 KiB of memory for nothing.
/// </summary>
/// <remarks>
/// .NET shows no handle of its contexts, but OpenSSL tells every new context to whoever registers extra data for the class: a documented
/// interface, and the setting changes no behaviour. It holds for all contexts of the process that are made afterwards. The switch
/// <c>Ropewalk.Security.KeepOpenSslBuffers</c> turns it off. Where there is no OpenSSL 1.1 or 3 it does nothing.
/// </remarks>
internal static unsafe partial class OpenSslMemory
{
    private const string KeepSwitch = "Ropewalk.Security.KeepOpenSslBuffers";
    private const int ClassOfContexts = 1; // CRYPTO_EX_INDEX_SSL_CTX
    private const int ControlMode = 33; // SSL_CTRL_MODE
    private const nint ReleaseBuffers = 0x10; // SSL_MODE_RELEASE_BUFFERS
    private const int Now = 2; // RTLD_NOW
    private const int LoadedOnly = 4; // RTLD_NOLOAD

    private static delegate* unmanaged<void*, int, nint, void*, nint> _control;

    private static readonly bool Installed = Install();

    /// <summary>Takes effect at the first call; what it does, it does once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ReleaseIdleBuffers() => _ = Installed;

    /// <summary>Gets whether the setting is on in this process.</summary>
    public static bool IsInstalled => Installed;

    private static bool Install()
    {
        if (!OperatingSystem.IsLinux() || (AppContext.TryGetSwitch(KeepSwitch, out bool keep) && keep))
        {
            return false;
        }

        try
        {
            // .NET loads OpenSSL at its first use; asking for a digest of nothing is such a use
            _ = System.Security.Cryptography.SHA256.HashData([]);
            return Register();
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            // an older libc has dlopen elsewhere: idle connections are larger there
            return false;
        }
    }

    private static bool Register()
    {
        foreach (string version in (ReadOnlySpan<string>)["3", "1.1"])
        {
            // only a library that .NET has loaded already: a second OpenSSL in the process would be another one's contexts
            nint ssl = Load($"libssl.so.{version}", Now | LoadedOnly);
            nint crypto = Load($"libcrypto.so.{version}", Now | LoadedOnly);
            if (ssl == 0 || crypto == 0
                || !NativeLibrary.TryGetExport(ssl, "SSL_CTX_ctrl", out nint control)
                || !NativeLibrary.TryGetExport(crypto, "CRYPTO_get_ex_new_index", out nint register))
            {
                continue;
            }

            _control = (delegate* unmanaged<void*, int, nint, void*, nint>)control;
            delegate* unmanaged<void*, void*, void*, int, nint, void*, void> onNew = &OnNewContext;
            return ((delegate* unmanaged<int, nint, void*, void*, void*, void*, int>)register)(ClassOfContexts, 0, null, onNew, null, null) >= 0;
        }

        return false;
    }

    [UnmanagedCallersOnly]
    private static void OnNewContext(void* context, void* data, void* all, int index, nint argument, void* pointer) =>
        _control(context, ControlMode, ReleaseBuffers, null);

    [LibraryImport("libc", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Load(string name, int flags);
}
