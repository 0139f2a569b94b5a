/** A key and a certificate for localhost and 127.0.0.1, for tests alone; valid until 2126. */
export const tls: { readonly cert: string; readonly key: string; readonly ca: string } = certify(
  `-----BEGIN CERTIFICATE-----
MIIBmjCCAUGgAwIBAgIUPRMykwwZ/WYZ7LJy6Mg6Uy9XtmowCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMDE2MzMwOFoYDzIxMjYxMDI3
MTYzMzA4WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARkREm/UZKk+uqAFViRvTPtj4TTws8hSM1EC7Fk7+aghCauKGT9e+PE
Ubj3ULbgsR0HYorj69ZnzRZIqyAqlmxNo28wbTAdBgNVHQ4EFgQULT6SyrJbDWMG
BnjT42j+RG3RoagwHwYDVR0jBBgwFoAULT6SyrJbDWMGBnjT42j+RG3RoagwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDRwAwRAIgIZ6mPAVU35tjY25hmjRL2zdZO8BuCBYl0dy1NATUGXUCIChd
NSq8WURe3yCXWBeX56e4dcibNAGtEFVJzpRmRjxA
-----END CERTIFICATE-----`,
  `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgpZnnYsqoVIw3Uodb
/FErNf3vTkkwjckA6Hh11Gkm69OhRANCAARkREm/UZKk+uqAFViRvTPtj4TTws8h
SM1EC7Fk7+aghCauKGT9e+PEUbj3ULbgsR0HYorj69ZnzRZIqyAqlmxN
-----END PRIVATE KEY-----`,
);

function certify(cert: string, key: string): { cert: string; key: string; ca: string } {
  return { cert, key, ca: cert };
}
