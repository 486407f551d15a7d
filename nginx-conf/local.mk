# nginx-conf
